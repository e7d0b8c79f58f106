// extension.js - starts `aios lsp` when the installed aios has a language server, and stays quiet when it has none.
'use strict'
const { execFile } = require('child_process')

let client

// Whether the command knows `lsp`: its help names every command it has.
function hasServer(command) {
  return new Promise((resolve) => {
    execFile(command, ['help'], { timeout: 5000 }, (error, stdout) => resolve(!error && /^\s*lsp\b/m.test(stdout)))
  })
}

async function activate(context) {
  const { workspace } = require('vscode')
  const command = workspace.getConfiguration('aios').get('path', 'aios')
  if (!(await hasServer(command))) return undefined
  const { LanguageClient, TransportKind } = require('vscode-languageclient/node')
  const run = { command, args: ['lsp'], transport: TransportKind.stdio }
  client = new LanguageClient('aios', 'aios', { run, debug: run }, { documentSelector: [{ language: 'aios' }] })
  context.subscriptions.push({ dispose: () => client && client.stop() })
  await client.start()
  return client
}

function deactivate() {
  return client ? client.stop() : undefined
}

module.exports = { activate, deactivate, hasServer }

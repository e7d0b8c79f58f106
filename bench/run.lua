--- run: aios beside its yardsticks, both measured in the same minute; prints one table.
--- usage: AIOS_BIN=build/aios lua5.4 bench/run.lua [--instructions] [WORD...]      from the project's root
--- WORD: only these works (start repl cpu step runs resume sleep parse check grammar fmt). --instructions: the CPU-bound programs are also
--- counted under valgrind, which noise does not touch. Exit code 1 when a bound is missed.
package.path = "bench/?.lua;" .. package.path
local kit = require "kit"

local WORKS = { "start", "repl", "cpu", "step", "runs", "resume", "sleep", "parse", "check", "grammar", "fmt" }
local FORMAT = "%-44s %14s %14s %8s %8s  %s"

local wanted, options = {}, {}
for _, word in ipairs(arg) do
  if word:match "^%-%-" then options[word:sub(3)] = true else wanted[#wanted + 1] = word end
end

local function is_wanted(work)
  if #wanted == 0 then return true end
  for _, word in ipairs(wanted) do if word == work then return true end end
  return false
end

local missed = 0

local function report(row)
  print(FORMAT:format(row.work, row.aios, row.yardstick, row.ratio and ("%.2f"):format(row.ratio) or "", row.bound, row.ok and "yes" or "NO"))
  if not row.ok then missed = missed + 1 end
end

local function measure()
  kit.setup()
  print(FORMAT:format("work", "aios", "yardstick", "ratio", "bound", "ok"))
  for _, work in ipairs(WORKS) do
    if is_wanted(work) then require("work." .. work)(report, options) end
  end
end

local good, why = pcall(measure)
kit.cleanup()
if not good then io.stderr:write("bench: ", tostring(why), "\n") end
os.exit(good and missed == 0)

--- programs_test: the twelve programs run as they were written, each under the tests beside it.
local t = require "tests.tap"

-- nobody may bend a program to what the runtime can do
local AS_WRITTEN = [[
4883a7bd6874c958384b640ae60b8deb6ed33a5561e9c9eb3eabb8dc9a3b578a  programs/01_hello.aios
3d43e74459d0a6820a30c2c9d3895a17068442e7ee327f2c5dcbaf15c344e326  programs/02_daily.aios
0d58a5dbefb196711277f219964872a7c13f055b94566ee27d123a4c2269e5eb  programs/03_random_window.aios
39ea38c26d7252cb4cddf3427392e56871038b3596dc83983d3e7764e5d3006f  programs/04_daemon.aios
0040af53f4acbadb3568ed279afc854ec3b56f052eed554041d2bf1c2100d2c7  programs/05_idle.aios
ff7cc1e3f9fb15005a08088608621bf24af0dd414449b635d1e8d0eaa8e8c49a  programs/06_db.aios
2e14c0437c91299450bcc5f0ad5e12e1675d355e5ea5080e96bb6bdb0cffb872  programs/07_webhook.aios
183cacb9c10394f844de4c290504eeaf879d0cfc6a522cd920a7cdd1bd489953  programs/08_file.aios
0e672002596a7bb9833df69d11837c99d62c1e348f311263918159d4ce0a76a0  programs/09_tool.aios
de3cf7ce1f33d4c3d0dd4fbac595f86b19b8f0928af0c4897f52260ea67a6b63  programs/10_cascade.aios
bf1fc586275344c54b05bcaf3560587a39d719072d92a8c14a62f514e0a644bb  programs/11_durable.aios
92d8e0a82534a3b1419bbad4cef1c300dc5530c016c88a5e27689746db7c6183  programs/12_test.aios
]]

for sum, path in AS_WRITTEN:gmatch "(%x+)  (%S+)" do
  t.test(path .. " is as it was written", function()
    local p = assert(io.popen("sha256sum " .. path))
    local got = p:read "a":match "^%x+"
    p:close()
    t.eq(got, sum)
  end)
end

-- a program with a form that this version does not run yet says so itself
for _, path in AS_WRITTEN:gmatch "(%x+)  (%S+)" do
  local check = t.aios { "check", path, cwd = os.getenv "PWD" }
  local test = path:match "/12" and path or path:gsub("programs/(.*)%.aios", "programs/tests/%1_test.aios")
  if check.err:find "AIOS090" then print("# left out: " .. path) else t.in_aios(test) end
end
t.done()

--- net: names, addresses, and whether something answers there.
---
---     if not net.check("example.org", 443).open then notify "The site is down." end
---     print(net.ping("192.0.2.1").average)
local M = { name = "net", tools = {} }
local tools = M.tools

local HOST = "string(1..253)"
local TIMEOUT = { "timeout", "duration" }

local function raw() return require "aios.net" end

---A host as it is asked for: an IPv6 address without its brackets.
local function bare(host) return host:match "^%[(.*)%]$" or host end

local function is_address(host) return host:find "^%d+%.%d+%.%d+%.%d+$" or host:find(":", 1, true) end

---The resource of the need `net`: "example.org:443", "[2001:db8::7]:443".
local function endpoint(args)
  local host = bare(args.host or args.name or "")
  host = host:find(":", 1, true) and "[" .. host .. "]" or host
  return args.port and host .. ":" .. tostring(args.port) or host
end

local function addresses(host, family)
  host = bare(host)
  if is_address(host) then return { host } end
  return raw().lookup(host, family)
end

tools.dns = {
  about = "The addresses of a name, in the order to try them; with `family` only those of IPv4 or of IPv6.",
  params = { { "name", HOST } },
  options = { { "family", "4 | 6" } },
  returns = "{ string }",
  effect = "reads",
  risk = "low",
  needs = { "net", endpoint },
  example = [[local addresses = net.dns "localhost"]],
  run = function(args) return raw().lookup(bare(args.name), args.family) end,
}

tools.check = {
  about = "Does something listen at this port? Tries the addresses of the host in turn, 5 seconds each, or `timeout`; says why not.",
  params = { { "host", HOST }, { "port", "integer(1..65535)" } },
  options = { TIMEOUT },
  returns = "{ open: boolean, address?: string, time?: number, why?: string }",
  effect = "reads",
  risk = "low",
  needs = { "net", endpoint },
  example = [[local open = net.check("localhost", 22).open]],
  run = function(args)
    local list, err = addresses(args.host)
    if not list then return { open = false, why = err.message } end
    for _, address in ipairs(list) do
      local time
      time, err = raw().reach(address, args.port, args.timeout or 5)
      if time then return { open = true, address = address, time = time } end
    end
    return { open = false, address = list[#list], why = err and err.message or "the name has no address" }
  end,
}

---What the times of answers come to.
---@param sent integer
---@param times number[]
function M.summary(sent, times)
  local sum, least, most = 0, math.huge, 0
  for _, time in ipairs(times) do sum, least, most = sum + time, math.min(least, time), math.max(most, time) end
  if #times == 0 then return { sent = sent, received = 0 } end
  return { sent = sent, received = #times, average = sum / #times, least = least, most = most }
end

tools.ping = {
  about = "Sends pings (4, or `count`) one after the other and tells how long the answers took, in seconds. No answer in 2 seconds, or `timeout`, is a lost one.",
  params = { { "host", HOST } },
  options = { { "count", "integer(1..100)" }, TIMEOUT },
  returns = "{ address: string, sent: integer, received: integer, average?: number, least?: number, most?: number }",
  effect = "reads",
  risk = "low",
  needs = { "net", endpoint },
  example = [[local ok, answer = pcall(net.ping, "localhost", { count = 1 })]],
  run = function(args)
    local list, err = addresses(args.host)
    if not list then return nil, err end
    local count, times = args.count or 4, {}
    for number = 1, count do
      local time
      time, err = raw().echo(list[1], number, args.timeout or 2)
      if not time and err.code == "denied" then return nil, err end
      times[#times + 1] = time
    end
    local out = M.summary(count, times)
    out.address = list[1]
    return out
  end,
}

tools.interfaces = {
  about = "The network interfaces that are up, with each of their addresses.",
  params = {},
  returns = "{ { name: string, address: string, netmask: string, mac: string, family: integer, internal: boolean } }",
  effect = "reads",
  risk = "low",
  example = [[for _, one in ipairs(net.interfaces()) do local address = one.address end]],
  run = function() return raw().interfaces() end,
}

return M

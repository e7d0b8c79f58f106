--- list: new lists out of old ones. Pure: nothing given is ever changed.
local M = {}

---A list of what `fn(item, index)` gives for each item.
---
---    list.map({ 1, 2 }, function(x) return x * 10 end)   --> { 10, 20 }
---@generic T, U
---@param items T[]
---@param fn fun(item: T, index: integer): U
---@return U[]
function M.map(items, fn)
  local out = {}
  for i = 1, #items do out[i] = fn(items[i], i) end
  return out
end

---The items for which `fn(item, index)` is true.
---
---    list.filter({ 1, 2, 3 }, function(x) return x > 1 end)   --> { 2, 3 }
---@generic T
---@param items T[]
---@param fn fun(item: T, index: integer): any
---@return T[]
function M.filter(items, fn)
  local out = {}
  for i = 1, #items do
    if fn(items[i], i) then out[#out + 1] = items[i] end
  end
  return out
end

---Folds a list from the left. Without `start` the first item is it; an empty list gives `start`.
---
---    list.reduce({ 1, 2, 3 }, function(sum, x) return sum + x end, 0)   --> 6
---@generic T, U
---@param items T[]
---@param fn fun(sum: U, item: T, index: integer): U
---@param start U?
---@return U?
function M.reduce(items, fn, start)
  local from = 1
  if start == nil then start, from = items[1], 2 end
  for i = from, #items do start = fn(start, items[i], i) end
  return start
end

---A function that gives what items are compared by.
local function key_of(by)
  if by == nil then return function(item) return item end end
  if type(by) == "function" then return by end
  return function(item) return item[by] end
end

---Merges two sorted runs; of two equal items the left one comes first.
local function merge(from, keys, to, to_keys, low, middle, high)
  local left, right = low, middle
  for i = low, high - 1 do
    if left < middle and (right >= high or not (keys[right] < keys[left])) then
      to[i], to_keys[i], left = from[left], keys[left], left + 1
    else
      to[i], to_keys[i], right = from[right], keys[right], right + 1
    end
  end
end

---The items in ascending order of themselves, of a field, or of what a function gives. Equal
---items keep their order.
---
---    list.sort({ { n = 2 }, { n = 1 } }, "n")   --> { { n = 1 }, { n = 2 } }
---    list.sort(names, string.lower)
---@generic T
---@param items T[]
---@param by string|integer|(fun(item: T): any)?
---@return T[]
function M.sort(items, by)
  local key, count, width = key_of(by), #items, 1
  local from, keys, to, to_keys = {}, {}, {}, {}
  for i = 1, count do from[i], keys[i] = items[i], key(items[i]) end
  while width < count do
    for low = 1, count, 2 * width do
      merge(from, keys, to, to_keys, low, math.min(low + width, count + 1), math.min(low + 2 * width, count + 1))
    end
    from, keys, to, to_keys, width = to, to_keys, from, keys, width * 2
  end
  return from
end

---The items gathered by a field or by what a function gives: key -> list.
---
---    list.group({ "a", "bb", "c" }, function(s) return #s end)   --> { [1] = { "a", "c" }, [2] = { "bb" } }
---@generic T
---@param items T[]
---@param by string|integer|fun(item: T): any
---@return table<any, T[]>
function M.group(items, by)
  local key, out = key_of(by), {}
  for i = 1, #items do
    local k = key(items[i])
    if k == nil then error(("item %d has nothing to be grouped by"):format(i), 2) end
    local group = out[k]
    if not group then
      group = {}
      out[k] = group
    end
    group[#group + 1] = items[i]
  end
  return out
end

---The first `count` items; with a negative count the last ones.
---
---    list.take({ 1, 2, 3 }, 2)    --> { 1, 2 }
---    list.take({ 1, 2, 3 }, -2)   --> { 2, 3 }
---@generic T
---@param items T[]
---@param count integer
---@return T[]
function M.take(items, count)
  if count < 0 then return table.move(items, math.max(1, #items + count + 1), #items, 1, {}) end
  return table.move(items, 1, math.min(count, #items), 1, {})
end

return M

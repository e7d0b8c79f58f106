--- page: a page of the manual as the list of its fenced blocks.
---
---     for _, block in ipairs(page.blocks(text)) do print(block.line, block.kind, block.words[1]) end
---
--- A block is { line, kind, words, text, section, output }: `kind` is the first word behind the fence, `words` the others, `text` what
--- stands inside, `section` the heading above it, `output` the text of the output block that is the next one, if it is, `called` whether a shell block of
--- its section names its file.
local M = {}

local function words_of(info)
  local out = {}
  for word in info:gmatch "%S+" do out[#out + 1] = word end
  return table.remove(out, 1) or "", out
end

---@param text string a page in Markdown
---@return table[] blocks
function M.blocks(text)
  local list, open, section, number = {}, nil, "", 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local info = line:match "^```(.*)$"
    if info and open then
      open.text = table.concat(open, "\n") .. "\n"
      open = nil
    elseif info then
      local kind, words = words_of(info)
      open = { line = number, kind = kind, words = words, section = section }
      list[#list + 1] = open
    elseif open then
      open[#open + 1] = line
    else
      section = line:match "^##+ .*" or section
    end
  end
  if open then open.text = nil end
  for i, block in ipairs(list) do
    local after = list[i + 1]
    if after and after.kind == "output" then block.output, after.owner = after.text, block end
    -- commands that name the program say how it is run
    for j = i + 1, #list do
      if list[j].kind == "sh" and list[j].section == block.section and block.words[1] and list[j].text:find(block.words[1], 1, true) then block.called = true end
    end
  end
  return list
end

---Whether `got` is what a page shows: `…` stands for any text of a line, and alone on a line for any lines.
---@return boolean
function M.is_shown(shown, got)
  local pattern = {}
  for line in shown:gmatch "(.-)\n" do
    if line == "…" then
      pattern[#pattern + 1] = ".-"
    else
      pattern[#pattern + 1] = line:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("…", "[^\n]-") .. "\n"
    end
  end
  return got:find("^" .. table.concat(pattern) .. "$") ~= nil
end

return M

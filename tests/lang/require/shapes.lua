local M = {}
function M.square(x) return x * x end
return M

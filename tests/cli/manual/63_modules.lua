-- section 6.3, as far as one file can show it
print(type(package.path), type(package.loaded), package.loaded._G == _G, package.loaded.string == string, require "string" == string, require "table" == table)
package.preload.mine = function(...) return { args = { ... } } end
print(require "mine".args[1], require "mine".args[2], require "mine" == package.loaded.mine)
package.preload.nothing = function() end
print(require "nothing", package.loaded.nothing)
package.preload.no = function() return false end
print(require "no", package.loaded.no)
package.preload.own = function(name) package.loaded[name] = "own" end
print(require "own")
print((pcall(require, "is.not.there")))
package.preload.fails = function() error("in the module", 0) end
print(pcall(require, "fails"), package.loaded.fails)
print(package.config:sub(1, 1), #package.config)

# aios - one binary. `make` builds it; `make demo` and `make test` install what they need first.
#   make              build/aios                      make demo     install, build, run the main job over LOG
#   make test         install, build, run every test  make check    floors, clang-tidy, both compilers
#   make asan         every test under ASan and UBSan make fresh    demo and test on a bare Debian (root)
#   make install      DESTDIR= PREFIX=                make soak     thousands of kills; 13 MB of other people's Lua
#   make clean        remove what was built           V=1           shows commands
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
BUILD   ?= build
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
LOG     ?= /var/log/dpkg.log
LUA     ?= lua5.4
Q       := $(if $(V),,@)
ROOMS   := host lua work store db net os time base
WARN    := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wpedantic -Wshadow -fvisibility=hidden
INCLUDE := -Ivm -isystem /usr/include/lua5.4
LIBS    := -Wl,-Bstatic -llua5.4-lpeg -llua5.4 -luv_a -lsqlite3 -lsodium -lexpat -Wl,-Bdynamic -lm -ldl -lpthread

DEPS       := gcc libc6-dev lua5.4 liblua5.4-dev lua-lpeg-dev libuv1-dev libsqlite3-dev libsodium-dev \
              libcurl4-openssl-dev libexpat1-dev libarchive-dev tzdata ca-certificates
TEST_DEPS  := libcmocka-dev python3 python3-jsonschema json-schema-test-suite golang-github-burntsushi-toml-dev git \
              vim neovim emacs-nox libtree-sitter-dev nodejs npm
CHECK_DEPS := clang clang-tidy binutils

SCRIPTS := $(sort $(shell find compiler stdlib -name '*.lua' -not -path 'stdlib/meta/*'))
SOURCES := $(sort $(wildcard vm/*/*.c))
TESTS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/vm/*_test.c))
LIBRARY  = $(patsubst %,$(BUILD)/lib%.a,$(1))

# targets of several steps start one make a step; it uses all processors unless -j was given
SUB      = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
RUN_TESTS = cd "$(CURDIR)" && BUILD="$(BUILD)" AIOS_BIN="$(abspath $(BUILD))/aios" PWD="$(CURDIR)" $(LUA) tests/run $(ONLY)

all: $(BUILD)/aios

# ---------------------------------------------------------------- stamps: change only when what they hold changes
# flags: compiler and options, so objects of two kinds never mix; the lists: a removed file is noticed
define STAMP
$(BUILD)/stamp/$(1): FORCE
	@mkdir -p $$(@D)
	@echo '$(2)' | cmp -s - $$@ || echo '$(2)' >$$@
endef
$(eval $(call STAMP,flags,$(CC) $(WARN) $(CFLAGS) $(INCLUDE)))
$(eval $(call STAMP,scripts,$(SCRIPTS)))
$(foreach r,$(ROOMS),$(eval $(call STAMP,$(r),$(filter vm/$(r)/%,$(SOURCES)))))

$(BUILD)/stamp/tools: $(BUILD)/stamp/flags
	@command -v $(LUA) >/dev/null && printf '#include <lua.h>\n#include <lua-lpeg.h>\n#include <uv.h>\n#include <sqlite3.h>\n#include <sodium.h>\n#include <curl/curl.h>\n#include <expat.h>\n#include <archive.h>\n' \
	  | $(CC) $(INCLUDE) -E - >/dev/null || { echo "aios: the compiler, lua5.4 or a library is missing (above); install them with: make deps" >&2; exit 1; }
	@touch $@

# ---------------------------------------------------------------- rooms, scripts, binary
$(BUILD)/obj/%.o: vm/%.c $(BUILD)/stamp/tools
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(CC) $(WARN) $(CFLAGS) $(INCLUDE) -MMD -MP -c $< -o $@

define ROOM
$(BUILD)/lib$(1).a: $(patsubst vm/%.c,$(BUILD)/obj/%.o,$(filter vm/$(1)/%,$(SOURCES))) $(BUILD)/stamp/$(1)
	@rm -f $$@
	$(Q)ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach r,$(ROOMS),$(eval $(call ROOM,$(r))))

# every Lua file of the compiler and the standard library, compiled and put into the binary
$(BUILD)/embed.c: packaging/embed.lua $(SCRIPTS) $(BUILD)/stamp/scripts $(BUILD)/stamp/tools
	@echo "embed $(words $(SCRIPTS)) Lua files"
	@$(LUA) packaging/embed.lua $@ $(SCRIPTS)
$(BUILD)/embed.o: $(BUILD)/embed.c vm/lua/embed.h $(BUILD)/stamp/flags
	$(Q)$(CC) $(WARN) $(CFLAGS) $(INCLUDE) -c $< -o $@

# C modules that `aios lua` loads need the whole of Lua's interface; the list keeps every other name inside
LUA_API := -Wl,--dynamic-list=packaging/lua_api.list -Wl,--whole-archive -Wl,-Bstatic -llua5.4 -Wl,--no-whole-archive
$(BUILD)/aios: $(BUILD)/embed.o $(call LIBRARY,$(ROOMS)) packaging/lua_api.list
	@echo "link $@"
	$(Q)$(CC) $(CFLAGS) -o $@.new $(LUA_API) $(BUILD)/obj/host/main.o $(BUILD)/embed.o -Wl,--start-group $(call LIBRARY,$(ROOMS)) \
	  -Wl,--end-group $(LIBS)
	@mv $@.new $@

# a C test names the rooms it links on its first line: /* links: time base */
.SECONDEXPANSION:
ROOMS_OF = $(call LIBRARY,$(shell sed -n '1s,.*links: *\([a-z ]*\).*,\1,p' $(1)))
$(BUILD)/tests/%: tests/%.c $$(call ROOMS_OF,tests/$$*.c) $(BUILD)/stamp/tools
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(CC) $(WARN) $(CFLAGS) $(INCLUDE) -MMD -MP -MT $@ -MF $@.d $< -o $@ $(call ROOMS_OF,$<) -lcmocka $(LIBS)
# what the crash tests put in front of the C library
PRELOADS := $(patsubst tests/%.c,$(BUILD)/tests/%.so,$(wildcard tests/crash/*.c))
$(BUILD)/tests/crash/%.so: tests/crash/%.c $(BUILD)/stamp/tools
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(CC) $(WARN) -O2 -fPIC -shared $< -o $@ -ldl
tests: $(TESTS) $(PRELOADS)

# ---------------------------------------------------------------- what a person calls
deps: ; @packaging/deps.sh $(DEPS)
test-deps: ; @packaging/deps.sh $(DEPS) $(TEST_DEPS)
check-deps: ; @packaging/deps.sh $(DEPS) $(CHECK_DEPS)

demo: deps
	@$(SUB) all
	@$(BUILD)/aios run --yes examples/10_log_digest.aios "$(LOG)" $(BUILD)/log-digest.md

test: test-deps
	@$(SUB) all tests
	@$(RUN_TESTS)

# both compilers build without a warning; floors; clang-tidy, once for each file that changed
TIDY := $(patsubst vm/%.c,$(BUILD)/tidy/%,$(SOURCES))
$(BUILD)/tidy/%: vm/%.c $(BUILD)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	@echo "clang-tidy $<"
	@clang-tidy --quiet $< -- -std=c11 -D_GNU_SOURCE $(INCLUDE) 2>$@.err || { cat $@.err; exit 1; }
	@touch $@
tidy: $(TIDY)

check: check-deps
	@$(SUB) all CC=gcc
	@$(LUA) tests/floors.lua $(BUILD)
	@$(SUB) all CC=clang BUILD=$(BUILD)-clang
	@$(SUB) tidy

# gcc 12 reports truncations that only its sanitizers' code makes possible
ASAN := BUILD=build-asan CC=gcc CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -Wno-format-truncation"
asan: test-deps
	@$(SUB) $(ASAN) all tests
	@ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 TEST_TIMEOUT=600 $(MAKE) --no-print-directory $(ASAN) run-tests
run-tests:
	@$(RUN_TESTS)
soak: test-deps
	@$(SUB) all tests
	@packaging/corpus.sh $(BUILD)/corpus
	@SOAK=1 CRASHES=$${CRASHES:-5000} KILL_EACH=1 TEST_TIMEOUT=14400 $(MAKE) --no-print-directory run-tests ONLY="tests/crash tests/compiler"

bench: deps
	@$(SUB) all
	@AIOS_BIN="$(abspath $(BUILD))/aios" $(LUA) bench/run.lua

fresh: ; @packaging/fresh.sh

install: all
	install -D -s -m 755 $(BUILD)/aios $(DESTDIR)$(PREFIX)/bin/aios
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/aios/LICENSE

clean:
	rm -rf build build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
FORCE:
.DELETE_ON_ERROR:
.PHONY: FORCE all tests deps test-deps check-deps demo test tidy check asan run-tests soak bench fresh install clean

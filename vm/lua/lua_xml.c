/* lua_xml.c - aios.xml, for programs and the host: the events of an XML text, by expat.
 *
 *     xml.parse(text, { start = function(name, attributes) end, finish = function(name) end, text = function(text) end })
 *
 * Entities that a document declares itself are refused: they are how a short text becomes gigabytes, and how one file
 * names another. Memory: the parser is a userdata, freed by the collector also when a handler raises. */
#define XML_STATIC
#include "lua/lua_err.h"
#include <expat.h>
#include <lauxlib.h>
#include <limits.h>

#define PARSER_TYPE "aios.xml.parser"
enum { DEEPEST = 1000, HANDLERS = 2, START, FINISH, TEXT };   /* stack places: [text] [handlers] start finish text */

typedef struct {
    lua_State *L;
    XML_Parser parser;
    int        depth;
    bool       raised;                                  /* a handler's error is on top of the stack */
    const char *refused;
} Parse;

static int parser_gc(lua_State *L) {
    Parse *p = lua_touserdata(L, 1);
    if (p->parser) XML_ParserFree(p->parser);
    p->parser = NULL;
    return 0;
}

static void stop(Parse *p, const char *why) {
    p->refused = why;
    XML_StopParser(p->parser, XML_FALSE);
}

/* Calls the function below `args` values; expat must not be jumped over. */
static void call(Parse *p, int args) {
    if (lua_pcall(p->L, args, 0, 0) == LUA_OK) return;
    p->raised = true;
    XML_StopParser(p->parser, XML_FALSE);
}

static void on_start(void *data, const char *name, const char **attributes) {
    Parse *p = data;
    lua_State *L = p->L;
    if (p->raised || p->refused) return;
    if (++p->depth > DEEPEST) { stop(p, "elements are nested more than 1000 deep"); return; }
    lua_pushvalue(L, START);
    lua_pushstring(L, name);
    lua_newtable(L);
    for (const char **a = attributes; *a; a += 2) {
        lua_pushstring(L, a[1]);
        lua_setfield(L, -2, a[0]);
    }
    call(p, 2);
}

static void on_finish(void *data, const char *name) {
    Parse *p = data;
    if (p->raised || p->refused) return;
    p->depth--;
    lua_pushvalue(p->L, FINISH);
    lua_pushstring(p->L, name);
    call(p, 1);
}

static void on_text(void *data, const char *text, int len) {
    Parse *p = data;
    if (p->raised || p->refused) return;
    lua_pushvalue(p->L, TEXT);
    lua_pushlstring(p->L, text, (size_t)len);
    call(p, 1);
}

static void on_entity(void *data, const char *name, int parameter, const char *value, int length, const char *base,
                      const char *system, const char *public_id, const char *notation) {
    (void)name, (void)parameter, (void)value, (void)length, (void)base, (void)system, (void)public_id, (void)notation;
    stop(data, "it declares entities of its own, which are not allowed");
}

static Parse *parser_new(lua_State *L) {
    Parse *p = lua_newuserdatauv(L, sizeof *p, 0);
    *p = (Parse){ .L = L };
    luaL_setmetatable(L, PARSER_TYPE);
    p->parser = XML_ParserCreate(NULL);
    if (!p->parser) luaL_error(L, "not enough memory for an XML parser");
    XML_SetUserData(p->parser, p);
    XML_SetElementHandler(p->parser, on_start, on_finish);
    XML_SetCharacterDataHandler(p->parser, on_text);
    XML_SetEntityDeclHandler(p->parser, on_entity);
    return p;
}

/* parse(text, { start =, finish =, text = }) -> true | nil, err; raises what a handler raises */
static int l_xml_parse(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    luaL_checktype(L, HANDLERS, LUA_TTABLE);
    luaL_argcheck(L, len <= INT_MAX, 1, "more than 2 GiB of XML");
    lua_settop(L, HANDLERS);
    lua_getfield(L, HANDLERS, "start");
    lua_getfield(L, HANDLERS, "finish");
    lua_getfield(L, HANDLERS, "text");
    luaL_checkstack(L, 20, "XML");
    Parse *p = parser_new(L);
    Err err;
    if (XML_Parse(p->parser, text, (int)len, 1) == XML_STATUS_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (p->raised) return lua_error(L);
    err_set(&err, p->refused ? "denied" : "invalid", "line %lu, column %lu: %s", XML_GetCurrentLineNumber(p->parser),
            XML_GetCurrentColumnNumber(p->parser) + 1, p->refused ? p->refused : XML_ErrorString(XML_GetErrorCode(p->parser)));
    return err_push(L, &err);
}

int luaopen_aios_xml(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = { { "parse", l_xml_parse }, { NULL, NULL } };
    if (luaL_newmetatable(L, PARSER_TYPE)) {
        lua_pushcfunction(L, parser_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_pop(L, 1);
    luaL_newlib(L, FUNCTIONS);
    return 1;
}

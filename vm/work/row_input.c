/* From a row that strangers wrote to the input of a run. */
#include "base/json_scan.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "work/trigger.h"
#include <math.h>

enum { TEXT_MOST = 1 << 20, EVENT_MOST = 16 << 20, UID_MOST = 200 };

static bool check(Slice text, const char *column, JsonKind want, size_t most, Err *err) {
    const char *shape = want == JSON_LIST ? "a JSON list, such as [1, \"two\"]" : "a JSON object, such as {\"day\": \"monday\"}";
    if (text.len > most)
        return err_set(err, "too_big", "%s has %zu bytes, the limit is %zu; put the data into a file and pass its path", column, text.len, most);
    JsonScan scan = json_scan(text);
    if (scan.problem) return err_set(err, "invalid", "%s is not JSON: %s at byte %zu; it must be %s", column, scan.problem, scan.at, shape);
    return scan.kind == want || err_set(err, "invalid", "%s must be %s", column, shape);
}

/* It becomes the name of a run, on screens and in commands. */
static bool check_uid(const Row *row, Err *err) {
    Slice uid = row->uid_text;
    if (!row->uid) return true;
    if (uid.len == 0 || uid.len > UID_MOST) return err_set(err, "invalid", "uid must have 1 to %d bytes; it has %zu", UID_MOST, uid.len);
    if (!utf8_is_valid(uid)) return err_set(err, "invalid", "uid is not UTF-8");
    for (size_t i = 0; i < uid.len; i++)
        if ((unsigned char)uid.ptr[i] < 0x20 || uid.ptr[i] == 0x7f) return err_set(err, "invalid", "uid has a control character at byte %zu", i);
    return true;
}

/* An event: what the source delivers, as it is. */
static bool add_event(const Row *row, Buf *out, Err *err) {
    bool change = row->event[0] == '=';                 /* of a table, as a SQL trigger writes it */
    if (!change && !check(row->event_text, "event", JSON_MAP, EVENT_MOST, err)) return false;
    buf_add_text(out, "{\"args\":[],\"kwargs\":{},\"event\":");
    if (!change) buf_add_slice(out, row->event_text);
    else if (!row_change(row->event_text, out, err)) return false;
    if (row->source) {
        buf_add_text(out, ",\"source\":");
        quote_add(out, slice_of(row->source));
    }
    buf_add_byte(out, '}');
    return true;
}

bool row_input(const Row *row, Buf *out, Err *err) {
    Slice args = row->args ? row->args_text : slice_of("[]"), kwargs = row->kwargs ? row->kwargs_text : slice_of("{}");
    Slice name = slice_of(row->name);
    if (!check_uid(row, err)) return false;
    if (row->source && strcmp(row->source, "backfill") == 0) {
        buf_add_text(out, "{\"args\":[],\"kwargs\":{}}");
        return true;
    }
    if (row->event) return add_event(row, out, err);
    if (!check(args, "args", JSON_LIST, TEXT_MOST, err) || !check(kwargs, "kwargs", JSON_MAP, TEXT_MOST, err)) return false;
    buf_add_text(out, "{\"args\":");
    buf_add_slice(out, args);
    buf_add_text(out, ",\"kwargs\":");
    buf_add_slice(out, kwargs);
    buf_printf(out, ",\"event\":{\"id\":%lld,\"name\":", (long long)row->id);
    quote_add(out, name);
    buf_add_text(out, ",\"args\":");
    buf_add_slice(out, args);
    buf_add_text(out, ",\"kwargs\":");
    buf_add_slice(out, kwargs);
    if (isfinite(row->created) && row->created > 0) buf_printf(out, ",\"created\":%.17g}}", row->created);
    else buf_add_text(out, ",\"created\":null}}");
    return true;
}

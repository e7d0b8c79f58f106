// grammar.js - the language of .aios files for tree-sitter: Lua 5.4 and the sentences that are added to it.
//
// A sentence begins, at the place of a statement, with a word that is followed by a name, a number, `$` or a keyword.
// src/scanner.c decides that and gives such a word as a token of its own; everywhere else the same word is a name.
// Words inside a heading are keywords only where no name can stand.

const PREC = { lambda: 1, or: 2, and: 3, compare: 4, bor: 5, bxor: 6, band: 7, shift: 8, concat: 9, plus: 10, times: 11, unary: 12, power: 13 };

// the words that begin a sentence; src/scanner.c has the same list in the same order
const HEADS = [
  'workflow', 'tool', 'decision', 'agent', 'every', 'at', 'on', 'when', 'always', 'once', 'tier', 'budget', 'type',
  'needs', 'step', 'parallel', 'wait', 'within', 'isolate', 'test', 'advance', 'expect',
];
// words that follow a sentence without a body, with what must follow them in turn
const TAILS = ['retry', 'timeout', 'undo', 'tier_about', 'tier_budget', 'tier_timeout', 'tier_retry', 'tier_limit'];

const list = (rule, separator = ',') => seq(rule, repeat(seq(separator, rule)));
const and_list = (rule) => seq(rule, repeat(seq(choice(',', 'and'), rule)));

module.exports = grammar({
  name: 'aios',
  externals: ($) => [
    $.comment, $._long_string,
    ...HEADS.map((word) => $['_head_' + word]),
    ...TAILS.map((word) => $['_tail_' + word]),
    $.template_text, $._error,
  ],
  extras: ($) => [/[\s\uFEFF]/, $.comment],
  word: ($) => $.identifier,
  supertypes: ($) => [$._statement, $._expression, $._type],
  inline: ($) => [$._name, $._variable],
  conflicts: ($) => [[$.need], [$._prefix, $.lambda_parameters], [$.field_type, $._type_primary]],

  rules: {
    program: ($) => seq(optional($.shebang), optional($.block)),
    shebang: () => token(prec(1, /#[^\r\n]*/)),
    block: ($) => choice(seq(repeat1($._statement), optional($.return_statement)), $.return_statement),

    // ---------------------------------------------------------------- statements of Lua
    _statement: ($) => choice(
      $.empty_statement, $.assignment, $.local_assignment, $.local_function, $.function_declaration, $.call_statement, $.if_statement,
      $.for_statement, $.while_statement, $.repeat_statement, $.do_statement, $.break_statement, $.goto_statement, $.label,
      $.workflow, $.tool, $.decision, $.agent, $.trigger_declaration, $.tier_declaration, $.budget_declaration, $.type_declaration,
      $.needs_declaration, $.step, $.parallel, $.parallel_for, $.wait, $.within, $.isolate, $.test, $.advance, $.expect,
    ),
    empty_statement: () => ';',
    return_statement: ($) => seq('return', optional($.expressions), optional(';')),
    break_statement: () => 'break',
    goto_statement: ($) => seq('goto', $._name),
    label: ($) => seq('::', $._name, '::'),
    assignment: ($) => seq($.variables, '=', $.expressions),
    variables: ($) => list($._variable),
    local_assignment: ($) => seq('local', list($.attributed_name), optional(seq('=', $.expressions))),
    attributed_name: ($) => seq(field('name', $.identifier), optional(seq('<', field('attribute', alias($.identifier, $.attribute)), '>'))),
    local_function: ($) => seq('local', 'function', field('name', $._name), $._function_body),
    function_declaration: ($) => seq('function', field('name', $.function_name), $._function_body),
    function_name: ($) => seq(list($._name, '.'), optional(seq(':', $._name))),
    _function_body: ($) => seq(field('parameters', $.parameters), optional(field('body', $.block)), 'end'),
    parameters: ($) => seq('(', optional(choice(seq(list($._name), optional(seq(',', $.vararg))), $.vararg)), ')'),
    call_statement: ($) => $._call,
    if_statement: ($) => seq('if', field('condition', $._expression), 'then', optional($.block),
      repeat($.elseif_clause), optional($.else_clause), 'end'),
    elseif_clause: ($) => seq('elseif', field('condition', $._expression), 'then', optional($.block)),
    else_clause: ($) => seq('else', optional($.block)),
    for_statement: ($) => seq('for', choice($.numeric_range, $.generic_range), 'do', optional($.block), 'end'),
    numeric_range: ($) => seq($._name, '=', $._expression, ',', $._expression, optional(seq(',', $._expression))),
    generic_range: ($) => seq(list($._name), 'in', $.expressions),
    while_statement: ($) => seq('while', field('condition', $._expression), 'do', optional($.block), 'end'),
    repeat_statement: ($) => seq('repeat', optional($.block), 'until', field('condition', $._expression)),
    do_statement: ($) => seq('do', optional($.block), 'end'),

    // ---------------------------------------------------------------- declarations
    workflow: ($) => seq(alias($._head_workflow, 'workflow'), field('name', $._name), optional($.typed_parameters), optional($._result),
      optional(field('title', $.string)), repeat($._clause), $._body),
    tool: ($) => seq(alias($._head_tool, 'tool'), field('name', $.dotted_name), $.typed_parameters, optional($._result),
      repeat($._clause), $._body),
    decision: ($) => seq(alias($._head_decision, 'decision'), field('name', $._name), $.typed_parameters, $._result,
      repeat($._clause), repeat($._rung), 'end'),
    agent: ($) => seq(alias($._head_agent, 'agent'), field('name', $._name), repeat($._clause), 'end'),
    trigger_declaration: ($) => seq(choice(
      seq(alias($._head_once, 'once'), $._trigger),
      alias($._starting, $.trigger),
    ), optional(field('title', $.string)), repeat($._clause), $._simple_body),
    _starting: ($) => choice(
      seq(alias($._head_every, 'every'), $._every), seq(alias($._head_at, 'at'), $._moment), seq('in', $.duration),
      seq(alias($._head_on, 'on'), $.event), seq(alias($._head_when, 'when'), $._when), alias($._head_always, 'always'),
    ),
    tier_declaration: ($) => seq(alias($._head_tier, 'tier'), field('name', $._name), '=', list($._expression), repeat($.tier_clause)),
    tier_clause: ($) => choice(
      seq(alias($._tail_tier_about, 'about'), $.string),
      seq(alias($._tail_tier_budget, 'budget'), $.money, optional(seq('per', $._name))),
      seq(alias($._tail_tier_timeout, 'timeout'), $.duration),
      seq(alias($._tail_tier_retry, 'retry'), $._retry),
      seq(alias($._tail_tier_limit, 'limit'), $._limit),
    ),
    budget_declaration: ($) => seq(alias($._head_budget, 'budget'), field('name', $._name), '=', $.money, optional(seq('per', $._name))),
    type_declaration: ($) => seq(alias($._head_type, 'type'), field('name', alias($.identifier, $.type_name)), '=', $._type),
    needs_declaration: ($) => seq(alias($._head_needs, 'needs'), and_list($.need)),
    need: ($) => seq($.dotted_name, optional(list($.string))),
    dotted_name: ($) => list($._name, '.'),
    typed_parameters: ($) => seq('(', optional(list($.typed_parameter)), ')'),
    typed_parameter: ($) => seq(field('name', $._name), optional(seq(':', field('type', $._type)))),
    _result: ($) => seq('->', field('result', $._type)),
    _body: ($) => seq('do', optional(field('body', $.block)), optional($.undo_part), 'end'),
    _simple_body: ($) => seq('do', optional(field('body', $.block)), 'end'),
    undo_part: ($) => seq(alias($._tail_undo, 'undo'), $._name, 'do', optional($.block)),

    // ---------------------------------------------------------------- clauses
    _clause: ($) => choice($.trigger, $.clause),
    trigger: ($) => $._trigger,
    _trigger: ($) => choice(
      seq('every', $._every), seq('at', $._moment), seq('in', $.duration), seq('on', $.event), seq('when', $._when), 'always', 'once',
    ),
    _every: ($) => prec.right(seq(
      choice(seq($.duration, optional(seq('to', $.duration))), seq('cron', $.string), seq(optional($.number), and_list($.period))),
      repeat(choice(
        seq('at', choice('random', and_list($.time))), seq('between', $.time, 'and', $.time), seq('in', $.string),
        seq('from', $.date, optional($.time)), seq('on', and_list(choice($.number, $.ordinal))),
      )),
    )),
    ordinal: ($) => prec.right(seq(choice('last', 'first', 'second', 'third', 'fourth', 'fifth'), optional($.period))),
    period: () => /(minute|hour|day|weekday|weekend|week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?/,
    _moment: ($) => choice(seq($.date, optional($.time)), $.time),
    event: ($) => $._prefix,
    _when: ($) => choice(
      prec(1, seq('idle', 'for', $.duration)),
      seq($._expression, optional(seq('for', $.duration)), optional(seq('checked', 'every', $.duration)), optional(seq('until', $._expression))),
    ),
    // after a sentence without a body `every` and `at` may look like a new sentence
    _retry: ($) => prec.right(seq($.number, optional('times'), optional(choice(
      seq(choice('every', alias($._head_every, 'every')), $.duration), seq('backoff', $.duration, 'to', $.duration),
    )))),
    _limit: ($) => seq($.number, choice(seq(choice('at', alias($._head_at, 'at')), 'once', optional(seq('per', list($._name, '.')))), seq('per', choice($.duration, $._name)))),
    clause: ($) => choice(
      seq('as', $._name), seq('where', $._expression), seq('about', $.string), seq('needs', and_list($.need)),
      seq('budget', choice(seq($.money, optional(seq('per', $._name))), $._name)), seq('timeout', $.duration), seq('retry', $._retry),
      seq('restart', 'after', $.duration), seq('tags', list($._name)), seq('priority', $.number),
      seq('overlap', choice('skip', 'queue', 'replace', 'allow')),
      seq('missed', choice('once', 'all', 'skip'), optional(seq('within', $.duration))),
      seq('jitter', $.duration, optional('fresh')), seq('settle', $.duration),
      seq('throttle', $.number, 'per', choice($.duration, $._name)), seq('start', 'within', $.duration),
      seq('signed', choice('github', 'stripe', 'slack', 'standard'), 'with', $.string), seq('limit', $._limit), 'reads', 'idempotent', seq('risk', choice('low', 'medium', 'high', 'critical')),
      seq('goal', $._expression), seq('tools', list($.tool_pattern)), seq('tier', $._name, optional(seq('up', 'to', $._name))),
      seq('rounds', $.number),
    ),
    tool_pattern: ($) => choice('*', seq(list($._name, '.'), optional('.*')), $.string),
    _rung: ($) => choice($.rule, $.prompt, $.try, $.accept, $.otherwise),
    rule: ($) => seq('rule', choice(prec(1, $.if_statement), prec(1, $.do_statement), $._expression)),
    prompt: ($) => seq('prompt', $._expression),
    try: ($) => prec.right(seq('try', $._name, repeat($.accept), optional(seq('at', 'most', $.money)))),
    accept: ($) => prec.right(seq('accept', $._expression)),
    otherwise: ($) => seq('otherwise', $._expression),

    // ---------------------------------------------------------------- flow and checks
    step: ($) => prec.right(seq(alias($._head_step, 'step'), list($._name), choice(
      seq('=', field('value', $._expression), repeat($.step_clause)),
      seq('do', optional(field('body', $.block)), optional($.undo_block), 'end'),
    ))),
    step_clause: ($) => choice(
      seq(alias($._tail_retry, 'retry'), $._retry),
      seq(alias($._tail_timeout, 'timeout'), $.duration),
      seq(alias($._tail_undo, 'undo'), $._expression),
    ),
    undo_block: ($) => seq(alias($._tail_undo, 'undo'), optional($.block)),
    parallel: ($) => seq(alias($._head_parallel, 'parallel'), 'do', repeat($.step), 'end'),
    parallel_for: ($) => seq(alias($._head_parallel, 'parallel'), 'for', list($._name), 'in', $._expression,
      optional(seq('limit', $.number)), $._simple_body),
    wait: ($) => seq(alias($._head_wait, 'wait'), choice($.duration, seq('until', $._expression))),
    within: ($) => seq(alias($._head_within, 'within'), list(choice($.duration, $.money)), $._simple_body),
    isolate: ($) => seq(alias($._head_isolate, 'isolate'), $._simple_body),
    test: ($) => seq(alias($._head_test, 'test'), 'that', field('name', $.string), $._simple_body),
    advance: ($) => seq(alias($._head_advance, 'advance'), $.duration),
    expect: ($) => seq(alias($._head_expect, 'expect'), $._expression),

    // ---------------------------------------------------------------- types
    _type: ($) => choice($._type_primary, $.union_type),
    union_type: ($) => prec.left(1, seq($._type, '|', $._type_primary)),
    _type_primary: ($) => choice($.named_type, $.literal_type, $.range_type, $.list_type, $.map_type, $.record_type, $.optional_type),
    optional_type: ($) => prec(2, seq($._type_primary, '?')),
    named_type: ($) => prec.right(seq(alias($.identifier, $.type_name), optional(seq(token.immediate('('), $._range, ')')))),
    literal_type: ($) => $.string,
    range_type: ($) => $._range,
    _range: ($) => prec.right(choice(seq($._limit_value, optional(seq('..', optional($._limit_value)))), seq('..', $._limit_value))),
    _limit_value: ($) => seq(optional('-'), alias($._plain_number, $.number)),
    list_type: ($) => seq('{', optional($._type), '}'),
    map_type: ($) => seq('{', '[', $._type, ']', ':', $._type, '}'),
    record_type: ($) => seq('{', list($.field_type, choice(',', ';')), optional(choice(',', ';')), '}'),
    field_type: ($) => seq(field('name', $.identifier), optional('?'), ':', field('type', $._type), optional(field('about', $.string))),

    // ---------------------------------------------------------------- expressions
    expressions: ($) => list($._expression),
    _expression: ($) => choice(
      $.nil, $.true, $.false, $.vararg, $.number, $.string, $.template, $.duration, $.size, $.count, $.time, $.money,
      $.function, $.table, $.lambda, $.binary_expression, $.unary_expression, $.typed_expression, $._prefix,
    ),
    _prefix: ($) => choice($._variable, prec.right(1, $._call), $.parenthesized_expression),
    parenthesized_expression: ($) => seq('(', $._expression, ')'),
    _variable: ($) => choice($.identifier, $.index_expression, $.member_expression),
    index_expression: ($) => seq(field('object', $._prefix), '[', field('index', $._expression), ']'),
    member_expression: ($) => seq(field('object', $._prefix), '.', field('member', $.identifier)),
    _call: ($) => choice($.call, $.method_call),
    call: ($) => prec(2, seq(field('function', $._prefix), field('arguments', $.arguments))),
    method_call: ($) => prec(2, seq(field('object', $._prefix), ':', field('method', $.identifier), field('arguments', $.arguments))),
    arguments: ($) => choice(seq('(', optional(list($._expression)), ')'), $.table, $.string, $.template),
    typed_expression: ($) => prec.right(seq($._prefix, '->', field('type', $._type))),
    function: ($) => seq('function', $._function_body),
    lambda: ($) => prec.right(PREC.lambda, seq(choice($.identifier, $.lambda_parameters), '=>', field('value', $._expression))),
    lambda_parameters: ($) => seq('(', optional(list($.identifier)), ')'),
    table: ($) => seq('{', optional(seq(list($.field, choice(',', ';')), optional(choice(',', ';')))), '}'),
    field: ($) => choice(
      seq('[', field('key', $._expression), ']', '=', field('value', $._expression)),
      seq(field('name', $.identifier), '=', field('value', $._expression)),
      field('value', $._expression),
    ),
    binary_expression: ($) => choice(
      ...[
        ['or', PREC.or], ['and', PREC.and], ['<', PREC.compare], ['<=', PREC.compare], ['>', PREC.compare], ['>=', PREC.compare],
        ['==', PREC.compare], ['~=', PREC.compare], ['|', PREC.bor], ['~', PREC.bxor], ['&', PREC.band], ['<<', PREC.shift],
        ['>>', PREC.shift], ['+', PREC.plus], ['-', PREC.plus], ['*', PREC.times], ['/', PREC.times], ['//', PREC.times], ['%', PREC.times],
      ].map(([operator, level]) => prec.left(level, seq(field('left', $._expression), operator, field('right', $._expression)))),
      ...[['..', PREC.concat], ['^', PREC.power]].map(([operator, level]) =>
        prec.right(level, seq(field('left', $._expression), operator, field('right', $._expression)))),
    ),
    unary_expression: ($) => prec(PREC.unary, seq(choice('not', '#', '-', '~'), field('operand', $._expression))),

    // ---------------------------------------------------------------- tokens
    _name: ($) => $.identifier,
    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,
    nil: () => 'nil', true: () => 'true', false: () => 'false', vararg: () => '...',
    number: () => /0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/,
    // what a range is made of: `0..1` is two numbers here
    _plain_number: () => /[0-9]+(\.[0-9]+)?/,
    duration: () => /([0-9]+(ms|s|m|h|d|w))+/,
    size: () => /[0-9]+(KiB|MiB|GiB|KB|MB|GB|TB|B)/,
    count: () => /[0-9]+[kM]/,
    time: () => /[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(am|pm)?|[0-9]{1,2}(am|pm)/,
    date: () => token(prec(1, /[0-9]{4}-[0-9]{2}-[0-9]{2}/)),
    money: () => /\$[0-9]+(\.[0-9]+)?/,
    string: ($) => choice($._long_string, $._quoted),
    _quoted: () => token(choice(
      /"([^"\\\r\n]|\\(z[\s]*|\r\n|\n\r|[^z]))*"/, /'([^'\\\r\n]|\\(z[\s]*|\r\n|\n\r|[^z]))*'/,
    )),
    template: ($) => seq('`', repeat(choice($.template_text, $.interpolation)), token.immediate('`')),
    interpolation: ($) => seq(token.immediate(prec(2, '${')), $._expression, '}'),
  },
});

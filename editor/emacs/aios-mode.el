;;; aios-mode.el --- Major mode for aios programs  -*- lexical-binding: t -*-

;; Made by packaging/editors.lua from editor/templates/aios-mode.el
;; Version: 0.1.0
;; Package-Requires: ((emacs "25.1"))
;; Keywords: languages

;;; Commentary:

;; Lua 5.4 and the sentences that aios adds to it.  A word begins a sentence at the place of a statement, with a name,
;; a number or `$' behind it; elsewhere it is a name and keeps its colour.

;;; Code:

(defgroup aios nil "Programs of aios." :group 'languages :prefix "aios-")

(defcustom aios-indent-level 2 "Spaces of one level." :type 'integer :safe #'integerp)
(defcustom aios-program "aios" "The command that checks and runs programs." :type 'string)

(defconst aios--heads '("decision" "parallel" "workflow" "advance" "isolate" "always" "budget" "expect" "within" "agent" "every" "needs" "once" "step" "test" "tier" "tool" "type" "wait" "when" "at" "on") "Words that begin a sentence.")
(defconst aios--clauses '("idempotent" "priority" "throttle" "backoff" "between" "checked" "overlap" "restart" "timeout" "always" "budget" "jitter" "missed" "random" "rounds" "settle" "signed" "about" "after" "every" "fresh" "limit" "needs" "reads" "retry" "start" "times" "tools" "where" "cron" "from" "goal" "idle" "most" "once" "risk" "tags" "that" "tier" "undo" "when" "with" "per" "as" "at" "in" "on" "to" "up") "Words of a heading.")
(defconst aios--rungs '("otherwise" "accept" "prompt" "rule" "try") "Words that begin a line of a decision.")
(defconst aios--choices '("critical" "standard" "replace" "fourth" "github" "medium" "second" "stripe" "allow" "fifth" "first" "queue" "slack" "third" "high" "last" "once" "skip" "all" "low") "What some clauses choose from.")
(defconst aios--periods '("wednesday" "saturday" "thursday" "tuesday" "weekday" "weekend" "friday" "minute" "monday" "sunday" "month" "hour" "week" "day") "Periods of `every'.")
(defconst aios--types '("duration" "boolean" "integer" "number" "string" "email" "money" "date" "path" "size" "time" "any" "url") "Types with a meaning of their own.")
(defconst aios--reserved '("function" "elseif" "repeat" "return" "break" "false" "local" "until" "while" "else" "goto" "then" "true" "and" "end" "for" "nil" "not" "do" "if" "in" "or") "The reserved words of Lua.")
(defconst aios--units '("ms" "d" "h" "m" "s" "w") "Units of durations.")
(defconst aios--sizes '("GiB" "KiB" "MiB" "GB" "KB" "MB" "TB" "B" "M" "k") "Units of sizes and counts.")

;;; Syntax

(defvar aios-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\' "\"" table)
    (modify-syntax-entry ?` "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (dolist (char '(?+ ?* ?/ ?% ?^ ?# ?< ?> ?= ?~ ?& ?| ?.)) (modify-syntax-entry char "." table))
    table)
  "Syntax table of `aios-mode'.")

(defun aios--propertize (start end)
  "Mark long strings and comments and a script's first line, START to END."
  (goto-char start)
  (let ((state (syntax-ppss)))
    (when (eq (nth 3 state) t)                 ; inside a long bracket
      (aios--close-bracket (nth 8 state) end)))
  (while (re-search-forward "\\(--\\)?\\(\\[\\)\\(=*\\)\\[" end t)
    (let ((comment (match-beginning 1)) (open (or (match-beginning 1) (match-beginning 2))))
      (let ((state (save-excursion (syntax-ppss open))))
        (unless (or (nth 3 state) (nth 4 state))
          (put-text-property open (1+ open) 'syntax-table (string-to-syntax (if comment "!" "|")))
          (aios--close-bracket open end)))))
  (when (= start (point-min))
    (goto-char start)
    (when (looking-at "#") (put-text-property start (1+ start) 'syntax-table (string-to-syntax "<")))))

(defun aios--close-bracket (open end)
  "Mark the end of the long bracket that begins at OPEN, when it lies before END."
  (let (comment level)
    (save-excursion
      (goto-char open)
      (setq comment (looking-at "--"))
      (when (looking-at "\\(?:--\\)?\\[\\(=*\\)\\[") (setq level (match-string 1)) (goto-char (match-end 0)))
      (when (and level (search-forward (concat "]" level "]") nil t))
        (put-text-property (1- (point)) (point) 'syntax-table (string-to-syntax (if comment "!" "|")))
        (put-text-property open (point) 'syntax-multiline t)))
    (when level
      (goto-char open)
      (unless (search-forward (concat "]" level "]") end t) (goto-char end)))))

;; `syntax-ppss' leaves point where it looked
(defun aios--depth (position) "Open brackets at POSITION." (save-excursion (nth 0 (syntax-ppss position))))
(defun aios--is-text (position) "Is POSITION in a string or a comment?" (save-excursion (nth 8 (syntax-ppss position))))

;;; Colours

(defun aios--sentence (limit)
  "Find the next word before LIMIT that begins a sentence."
  (let (found)
    (while (and (not found)
                (re-search-forward (concat "\\_<\\(" (regexp-opt aios--heads) "\\)\\_>[ \t]+\\([[:alnum:]_$]+\\)") limit t))
      (let ((word (match-beginning 1)) (next (match-string 2)) (data (match-data)))
        (goto-char (match-end 1))
        (when (and (not (member next '("and" "or" "then" "in" "until")))
                   (save-excursion
                     (goto-char word)
                     (skip-chars-backward " \t")
                     (or (bolp) (memq (char-before) '(?\; ?\)))
                         (looking-back "\\_<\\(?:do\\|then\\|else\\|repeat\\|end\\)" (line-beginning-position)))))
          (setq found t)
          (set-match-data data))
        (when (and (not found) (equal next "until") (equal (buffer-substring word (match-end 1)) "wait"))
          (setq found t)
          (set-match-data data))))
    found))

(defun aios--heading-start (position)
  "The start of the heading that POSITION is in, or nil: from its word to its `do'."
  (save-excursion
    (goto-char position)
    (let (start (tries 40))
      (beginning-of-line)
      (while (and (not start) (> tries 0))
        (setq tries (1- tries))
        (cond ((looking-at (concat "[ \t]*\\(?:\\(?:workflow\\|tool\\|agent\\|every\\|at\\|on\\|when\\|always\\|once\\|test\\|within\\|parallel\\)[ \t]+\\(?:\\(?:and\\|or\\|then\\|in\\)\\_>\\)?[[:alnum:]_$]\\|in[ \t]+[0-9]\\)"))
               (setq start (point))
               ;; a clause of a heading further up
               (when (and (> (current-indentation) 0) (not (looking-at "[ \t]*\\(?:workflow\\|tool\\|agent\\)\\_>")))
                 (let ((above (save-excursion (forward-line -1) (and (not (bobp)) (not (looking-at "[ \t]*\\(?:do\\|end\\)?[ \t]*$"))
                                                                 (not (save-excursion (re-search-forward "\\_<do\\_>" (line-end-position) t)))
                                                                 (aios--heading-start (point))))))
                   (when above (setq start above)))))
              ((or (bobp) (looking-at "[ \t]*\\(?:$\\|local\\_>\\|return\\_>\\|end\\_>\\|step\\_>\\)")) (setq tries 0))
              (t (forward-line -1))))
      (when (and start
                 (not (save-excursion
                        (goto-char start)
                        (let (over)
                          (while (and (not over) (re-search-forward "\\_<\\(?:do\\|end\\)\\_>" position t))
                            (setq over (not (aios--is-text (match-beginning 0)))))
                          over))))
        start))))

(defun aios--clause (limit)
  "Find the next word before LIMIT that is a keyword of the heading it stands in."
  (let (found)
    (while (and (not found)
                (re-search-forward (concat "\\_<" (regexp-opt (append aios--clauses aios--choices aios--periods) t) "s?\\_>") limit t))
      (let ((data (match-data)))
        (when (and (not (eq (char-before (match-beginning 0)) ?.))
                   (= (aios--depth (match-beginning 0)) (aios--depth (line-beginning-position)))
                   (aios--heading-start (match-beginning 0)))
          (setq found t))
        (set-match-data data)))
    found))

(defvar aios-font-lock-keywords
  `((aios--sentence 1 font-lock-keyword-face)
    (aios--clause 1 font-lock-keyword-face)
    ("^[ \t]*\\(in\\)[ \t]+[0-9]" 1 font-lock-keyword-face)
    ("^[ \t]*\\(retry\\|timeout\\)[ \t]+[0-9]" 1 font-lock-keyword-face)
    ("\\_<retry[ \t]+[0-9]+[ \t]+\\(times\\|every\\|backoff\\)\\_>" 1 font-lock-keyword-face)
    ("\\$[0-9.]+[ \t]+\\(per\\)\\_>" 1 font-lock-keyword-face)
    ("^[ \t]*try[ \t].*\\_<\\(accept\\|at[ \t]+most\\)\\_>" 1 font-lock-keyword-face)
    ("^[ \t]*\\(undo\\)\\(?:[ \t]+[[:alpha:]_]\\|[ \t]*$\\)" 1 font-lock-keyword-face)
    (,(concat "^[ \t]*" (regexp-opt aios--rungs t) "[ \t]+[[:alnum:]_`\"{]") 1 font-lock-keyword-face)
    (,(concat "\\_<" (regexp-opt aios--reserved t) "\\_>") 1 font-lock-keyword-face)
    ("\\_<\\(nil\\|true\\|false\\)\\_>" 1 font-lock-constant-face)
    (,(concat "\\_<\\(\\(?:[0-9]+" (regexp-opt aios--units) "\\)+\\|[0-9]+" (regexp-opt aios--sizes)
              "\\|[0-9][0-9]?\\(?::[0-9][0-9]\\)+\\(?:am\\|pm\\)?\\|[0-9][0-9]?\\(?:am\\|pm\\)\\)\\_>") 1 font-lock-constant-face)
    ("\\$[0-9]+\\(?:\\.[0-9]+\\)?" 0 font-lock-constant-face)
    (,(concat "\\(?:[:|{]\\|->\\)[ \t]*" (regexp-opt aios--types t) "\\_>") 1 font-lock-type-face)
    ("\\_<type[ \t]+\\([[:alpha:]_][[:alnum:]_]*\\)[ \t]*=" 1 font-lock-type-face)
    ("\\_<\\(?:function\\|workflow\\|tool\\|decision\\|agent\\)[ \t]+\\([[:alpha:]_][[:alnum:]_.:]*\\)" 1 font-lock-function-name-face)
    ("\\_<local[ \t]+\\([[:alpha:]_][[:alnum:]_]*\\)" 1 font-lock-variable-name-face)
    ("\\(\\${\\)\\([^}`]*\\)\\(}\\)" (1 font-lock-preprocessor-face t) (2 'default t) (3 font-lock-preprocessor-face t)))
  "What is coloured in `aios-mode'.")

;;; Indentation

(defconst aios--heading-line
  "[ \t]*\\(?:\\(?:workflow\\|tool\\|every\\|at\\|on\\|when\\|always\\|once\\)[ \t]+\\(?:[[:digit:]$]\\|\\(?:[[:alpha:]_][[:alnum:]_]*\\)\\)\\|in[ \t]+[0-9]\\)")
(defconst aios--no-heading-line "[ \t]*[[:alpha:]]+[ \t]+\\(?:and\\|or\\|then\\|in\\)\\_>")
(defconst aios--clause-line "[ \t]*\\(?:\\(?:retry\\|timeout\\)[ \t]+[0-9]\\|undo[ \t]+[[:alpha:]_]\\)")
(defconst aios--undo-part "[ \t]*undo\\(?:[ \t]*$\\|[ \t]+[[:alpha:]_][[:alnum:]_]*[ \t]+do\\_>\\)")
(defconst aios--token "\\_<\\(?:do\\|if\\|for\\|while\\|function\\|repeat\\|end\\|until\\)\\_>\\|[][(){}]")

(defun aios--is-clause () "Is this line a clause of a step?" (and (looking-at aios--clause-line) (not (looking-at aios--undo-part))))
(defun aios--in-text () "Does this line begin inside a text of several lines?" (aios--is-text (line-beginning-position)))

(defun aios--anchor ()
  "Go to the last line without indent that is not the rest of what stands above it."
  (forward-line -1)
  (while (and (not (bobp))
              (or (looking-at "[ \t\n]\\|--\\|\\(?:do\\|end\\|until\\|else\\|elseif\\|undo\\)\\_>\\|[])}]") (aios--in-text)))
    (forward-line -1)))

(defun aios--follow-line (stack)
  "Follow the line at point on STACK, a list of (LINE . WAITS-FOR)."
  (let ((line (line-number-at-pos)) (end (line-end-position)))
    (cond ((aios--in-text))
          ((eq (cdar stack) 'do))
          ((looking-at aios--undo-part)
           (setq stack (cons (cons line (if (save-excursion (re-search-forward "\\_<do\\_>" end t)) 'do 'end)) (cdr stack))))
          ((and (looking-at aios--heading-line) (not (looking-at aios--no-heading-line))) (push (cons line 'do) stack))
          ((looking-at "[ \t]*\\(?:agent\\|decision\\)[ \t]+[[:alpha:]_]") (push (cons line 'end) stack)))
    (while (re-search-forward aios--token end t)
      (let ((word (match-string 0)))
        (unless (or (aios--is-text (match-beginning 0)) (aios--is-text (match-end 0)))
          (cond ((and (equal word "do") (eq (cdar stack) 'do)) (setq stack (cons (cons (caar stack) 'end) (cdr stack))))
                ((member word '("for" "while")) (unless (eq (cdar stack) 'do) (push (cons line 'do) stack)))
                ((member word '("end" "until" ")" "}" "]")) (pop stack))
                (t (push (cons line 'end) stack))))))
    stack))

(defun aios--level ()
  "The level of the line at point."
  (beginning-of-line)
  (let ((here (point)) (stack nil) (more 0))
    (save-excursion
      (aios--anchor)
      (while (< (point) here)
        (setq stack (aios--follow-line stack))
        (forward-line 1)))
    (let ((heading (eq (cdar stack) 'do)))
      (when (and (not heading) (aios--is-clause)) (setq more 1))
      (when (or (and (= more 0) (looking-at "[ \t]*\\(?:else\\|elseif\\|undo\\)\\_>"))
                (and heading (looking-at "[ \t]*do\\_>")))
        (pop stack)))
    (save-excursion
      (skip-chars-forward " \t")
      (while (looking-at "\\(?:\\(?:end\\|until\\)\\_>\\|[])}]\\)[ \t]*")
        (pop stack)
        (goto-char (match-end 0))))
    (+ more (length (delete-dups (mapcar #'car stack))))))

(defun aios-indent-line ()
  "Indent the current line."
  (interactive)
  (if (save-excursion (aios--in-text))
      'noindent
    (let ((level (save-excursion (aios--level))))
      (if (<= (current-column) (current-indentation))
          (indent-line-to (* level aios-indent-level))
        (save-excursion (indent-line-to (* level aios-indent-level)))))))

;;; The mode

(defun aios-check ()
  "Check the file of this buffer."
  (interactive)
  (compile (format "%s check %s" aios-program (shell-quote-argument buffer-file-name))))

(defvar aios-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'aios-check)
    map)
  "Keys of `aios-mode'.")

;;;###autoload
(define-derived-mode aios-mode prog-mode "aios"
  "Major mode for aios programs."
  (setq-local comment-start "-- ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "--+[ \t]*")
  (setq-local indent-line-function #'aios-indent-line)
  (setq-local syntax-propertize-function #'aios--propertize)
  (setq-local font-lock-defaults '(aios-font-lock-keywords))
  (setq-local font-lock-multiline t)
  (setq-local imenu-generic-expression
              '((nil "^[ \t]*\\(?:workflow\\|tool\\|decision\\|agent\\|type\\|\\(?:local[ \t]+\\)?function\\)[ \t]+\\([[:alnum:]_.:]+\\)" 1)))
  (setq-local electric-indent-chars (append "})]\n" electric-indent-chars))
  (setq-local indent-tabs-mode nil))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.aios\\'" . aios-mode))
;;;###autoload
(add-to-list 'interpreter-mode-alist '("aios" . aios-mode))

(provide 'aios-mode)

;;; aios-mode.el ends here

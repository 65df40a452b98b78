import { useEffect, useRef } from 'react';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { CodeEditorProps, CodeProblem } from './code-editor.tsx';

const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '0.8125rem', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--faint)', border: 'none', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '6px' },
  '.cm-diagnostic': { borderLeftColor: 'var(--bad)', fontFamily: 'inherit' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '3px' },
});

const words = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: 'var(--info)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: 'var(--muted)' },
]);

const LANGUAGES: Readonly<Record<CodeEditorProps['language'], () => Extension>> = { yaml, text: () => [] };

// Style elements of the editor carry the page's number, or its policy would refuse them.
function nonce(): Extension {
  const number = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  return number === undefined || number === '' ? [] : EditorView.cspNonce.of(number);
}

function toDiagnostics(state: EditorState, problems: readonly CodeProblem[]): Diagnostic[] {
  return problems.flatMap(({ line, message }) => {
    if (line === null || line < 1) return [];
    const { from, to, text } = state.doc.line(Math.min(line, state.doc.lines));
    const indent = text.length - text.trimStart().length;
    return [{ from: Math.min(from + indent, to), to, severity: 'error' as const, message }];
  });
}

/** The editor itself; loaded by `code-editor.tsx` when one is shown. Tab leaves it, as it leaves every other field. */
export function CodeMirrorEditor({ id, value, onChange, label, language, problems = [], readOnly = false, ...described }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  const first = useRef(value);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);
  const about = useRef(new Compartment());

  useEffect(() => {
    if (box.current === null) return undefined;
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          nonce(),
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          LANGUAGES[language](),
          syntaxHighlighting(words),
          look,
          EditorView.lineWrapping,
          about.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [language]);

  const describedBy = described['aria-describedby'];
  useEffect(() => {
    const attributes = {
      'aria-label': label,
      // Said out loud, so that everybody sees that what scrolls can be reached by keys.
      tabindex: '0',
      ...(id === undefined ? {} : { id }),
      ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
    };
    view.current?.dispatch({
      effects: about.current.reconfigure([
        EditorView.contentAttributes.of({ ...attributes, ...(readOnly ? { 'aria-readonly': 'true' } : {}) }),
        EditorState.readOnly.of(readOnly),
      ]),
    });
  }, [id, label, readOnly, describedBy]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor !== null) editor.dispatch(setDiagnostics(editor.state, toDiagnostics(editor.state, problems)));
  }, [problems]);

  return <div ref={box} className="h-full min-h-0 overflow-hidden [&_.cm-editor]:h-full" />;
}

// The state of one open editor: the document with its history, what is chosen, and the changes people make. No React, no server.
import { copyPart, partFromText, partToText, pastePart } from '../../model/clipboard';
import type { FlowDocument, Kind, Spot } from '../../model/document';
import * as edit from '../../model/edit';
import { begin, change, redo, undo, type History } from '../../model/history';
import { autoLayout } from '../../model/layout';
import type { Past } from '../../model/sample';
import type { Typed, TypedValues } from '../../model/values';

export interface EditorState {
  history: History;
  selection: readonly string[];
  /** Grows when something asks the canvas to show the chosen node. */
  reveal: number;
  /** What stands in the fields of values, by variable; it may not be a value yet. */
  typed: TypedValues;
  /** The last simulated run, to try expressions with. */
  sample: Past | null;
}

export class EditorStore {
  private state: EditorState;
  private listeners = new Set<() => void>();

  constructor(
    document: FlowDocument,
    readonly kinds: ReadonlyMap<string, Kind>,
  ) {
    this.state = { history: begin(document), selection: [], reveal: 0, typed: {}, sample: null };
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = (): EditorState => this.state;

  get document(): FlowDocument {
    return this.state.history.present;
  }

  private set(next: Partial<EditorState>) {
    this.state = { ...this.state, ...next };
    for (const listener of this.listeners) listener();
  }

  /** `of` joins changes of the same thing into one step of the history. */
  apply(next: FlowDocument, of = '', selection: readonly string[] = this.state.selection) {
    const alive = new Set(next.nodes.map((node) => node.id));
    this.set({ history: change(this.state.history, next, of, Date.now()), selection: selection.filter((id) => alive.has(id)) });
  }

  /** Takes another document in place of this one; can be undone like any change. */
  replace(next: FlowDocument) {
    this.apply(next);
  }

  select(ids: readonly string[], reveal = false) {
    const known = this.state.selection;
    const equal = ids.length === known.length && ids.every((id, index) => id === known[index]);
    if (equal && !reveal) return;
    this.set({ selection: ids, ...(reveal ? { reveal: this.state.reveal + 1 } : {}) });
  }

  type(variable: string, typed: Typed) {
    this.set({ typed: { ...this.state.typed, [variable]: typed } });
  }

  setSample(sample: Past | null) {
    this.set({ sample });
  }

  private travel(history: History) {
    const alive = new Set(history.present.nodes.map((node) => node.id));
    this.set({ history, selection: this.state.selection.filter((id) => alive.has(id)) });
  }

  undo = () => this.travel(undo(this.state.history));
  redo = () => this.travel(redo(this.state.history));

  add(kind: Kind, at: Spot) {
    const { document, id } = edit.addNode(this.document, kind, at);
    this.apply(document, '', [id]);
  }

  addAfter(kind: Kind, from: string, port: string) {
    const { document, id } = edit.addAfter(this.document, kind, from, port);
    this.apply(document, '', [id]);
    this.select([id], true);
  }

  remove(ids: readonly string[] = this.state.selection) {
    const gone = ids.filter((id) => edit.findNode(this.document, id)?.kind !== 'start');
    if (gone.length > 0) this.apply(edit.removeNodes(this.document, gone));
  }

  selectAll() {
    this.select(this.document.nodes.map((node) => node.id));
  }

  copyText(): string | null {
    const part = copyPart(this.document, this.state.selection);
    return part && partToText(part);
  }

  /** False when the text is not part of a flow. */
  pasteText(text: string, at?: Spot): boolean {
    const part = partFromText(text);
    if (!part) return false;
    const { document, ids } = pastePart(this.document, part, at);
    this.apply(document, '', ids);
    this.select(ids, true);
    return true;
  }

  duplicate() {
    const text = this.copyText();
    if (text) this.pasteText(text);
  }

  tidy() {
    this.apply({ ...this.document, layout: autoLayout(this.document, this.kinds) });
  }
}

/** A task as the graph needs it. */
export interface GraphTask {
  id: string;
  depends_on: readonly string[];
  /** What it is held back by besides. */
  held_by?: readonly string[];
}

export interface Place {
  id: string;
  /** Column: the longest way from a task that waits for nothing. */
  layer: number;
  row: number;
}

export interface Edge {
  from: string;
  to: string;
  /** Not declared by the plan. */
  isHold: boolean;
}

export interface Graph {
  places: Place[];
  edges: Edge[];
  layers: number;
  rows: number;
}

/**
 * Tasks in columns, each to the right of all it waits for; within a column near what they wait for, so that lines cross little. What a task waits for
 * and is not there is left out; a circle, which the server refuses, does not hang: its tasks share a column.
 */
export function layOut(tasks: readonly GraphTask[]): Graph {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const edges = tasks.flatMap((task) =>
    beforeOf(task)
      .filter((id) => known.has(id) && id !== task.id)
      .map((id) => ({ from: id, to: task.id, isHold: !task.depends_on.includes(id) })),
  );
  const layers = layersOf(tasks, known);
  const rows = new Map<string, number>();
  const columns = new Map<number, string[]>();
  for (const task of tasks) columns.set(layers.get(task.id) ?? 0, [...(columns.get(layers.get(task.id) ?? 0) ?? []), task.id]);
  const places: Place[] = [];
  for (const layer of [...columns.keys()].sort((a, b) => a - b)) {
    const ids = columns.get(layer) ?? [];
    const pull = (id: string): number => mean(beforeOf(known.get(id)).flatMap((before) => rows.get(before) ?? []));
    const ordered = ids.map((id, at) => ({ id, at, pull: pull(id) })).sort((a, b) => a.pull - b.pull || a.at - b.at);
    for (const [row, { id }] of ordered.entries()) {
      rows.set(id, row);
      places.push({ id, layer, row });
    }
  }
  const most = Math.max(0, ...[...columns.values()].map((ids) => ids.length));
  return { places, edges, layers: columns.size, rows: most };
}

const beforeOf = (task: GraphTask | undefined): string[] => [...new Set([...(task?.depends_on ?? []), ...(task?.held_by ?? [])])];

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function layersOf(tasks: readonly GraphTask[], known: ReadonlyMap<string, GraphTask>): Map<string, number> {
  const layers = new Map<string, number>();
  const layerOf = (task: GraphTask, above: ReadonlySet<string>): number => {
    const found = layers.get(task.id);
    if (found !== undefined) return found;
    const inside = new Set(above).add(task.id);
    const before = beforeOf(task).flatMap((id) => {
      const other = known.get(id);
      return other === undefined || inside.has(id) ? [] : [layerOf(other, inside) + 1];
    });
    const layer = Math.max(0, ...before);
    layers.set(task.id, layer);
    return layer;
  };
  for (const task of tasks) layerOf(task, new Set());
  return layers;
}

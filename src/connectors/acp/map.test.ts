import { describe, expect, it } from 'vitest';
import { createUpdateMapper, mapUsage } from './map.ts';
import { ToolFields } from './schema.ts';

const update = (body: unknown) => ({ sessionId: 's', update: body });
const text = (words: string) => ({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: words } });

describe('session updates become events', () => {
  const cases: Array<[string, unknown, unknown[]]> = [
    ['text', text('hi'), [{ kind: 'text', text: 'hi' }]],
    ['thought', { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'hm' } }, [{ kind: 'thought', text: 'hm' }]],
    [
      'a linked resource',
      { sessionUpdate: 'agent_message_chunk', content: { type: 'resource_link', name: 'a.md', uri: 'file:///a.md' } },
      [{ kind: 'text', text: '[a.md](file:///a.md)' }],
    ],
    ['an image', { sessionUpdate: 'agent_message_chunk', content: { type: 'image', data: 'AAAA' } }, [{ kind: 'text', text: '[image]' }]],
    [
      'plan',
      { sessionUpdate: 'plan', entries: [{ content: 'a', status: 'completed', priority: 'low' }, { content: 'b' }] },
      [
        {
          kind: 'plan',
          entries: [
            { text: 'a', status: 'completed' },
            { text: 'b', status: 'pending' },
          ],
        },
      ],
    ],
    ['usage', { sessionUpdate: 'usage_update', used: 12, size: 100 }, [{ kind: 'usage', inputTokens: 12, outputTokens: 0 }]],
    [
      'notice',
      { sessionUpdate: 'notice', severity: 'warning', title: 'Slow', description: 'very' },
      [{ kind: 'output', stream: 'stdout', text: 'warning: Slow very' }],
    ],
    ['mode', { sessionUpdate: 'current_mode_update', currentModeId: 'auto' }, [{ kind: 'output', stream: 'stdout', text: 'mode: auto' }]],
    [
      'compaction',
      { sessionUpdate: 'compaction_update', compactionId: 'c', status: 'completed' },
      [{ kind: 'output', stream: 'stdout', text: 'context compaction: completed' }],
    ],
    ['our own prompt', { sessionUpdate: 'user_message_chunk', content: { type: 'text', text: 'p' } }, []],
    ['commands', { sessionUpdate: 'available_commands_update', availableCommands: [] }, []],
    ['session info', { sessionUpdate: 'session_info_update', title: 'x' }, []],
    [
      'a kind of tomorrow',
      { sessionUpdate: 'hologram', x: 1 },
      [{ kind: 'output', stream: 'stdout', text: 'session/update of a kind unknown to us: hologram' }],
    ],
  ];
  it.each(cases)('%s', (_name, body, events) => {
    expect(createUpdateMapper('/wt').update(update(body))).toEqual(events);
  });

  it.each([null, 7, {}, { update: 'x' }, { update: { sessionUpdate: 3 } }])('what cannot be read is shown, never thrown: %j', (params) => {
    expect(createUpdateMapper('/wt').update(params)).toMatchObject([{ kind: 'output' }]);
  });
});

describe('tool calls', () => {
  it('are put together from updates that name only what changed', () => {
    const mapper = createUpdateMapper('/wt');
    mapper.update(
      update({
        sessionUpdate: 'tool_call',
        toolCallId: 't',
        title: 'Edit',
        kind: 'edit',
        status: 'pending',
        locations: [{ path: '/wt/src/a.ts', line: 3 }],
      }),
    );
    expect(
      mapper.update(
        update({
          sessionUpdate: 'tool_call_update',
          toolCallId: 't',
          status: 'completed',
          content: [{ type: 'diff', path: '/wt/b.ts', newText: '' }],
        }),
      ),
    ).toEqual([
      {
        kind: 'tool',
        id: 't',
        toolKind: 'edit',
        title: 'Edit',
        status: 'completed',
        paths: ['src/a.ts', 'b.ts'],
        command: null,
        edits: [{ path: 'b.ts', before: null, after: '' }],
      },
    ]);
  });

  it('show what a call printed and changed, the end of a long output and the beginning of a large file', () => {
    const mapper = createUpdateMapper('/wt');
    const call = { sessionUpdate: 'tool_call', toolCallId: 't', title: 'Run', kind: 'execute', status: 'completed' };
    const content = [
      { type: 'content', content: { type: 'text', text: `${'x'.repeat(9000)}end` } },
      { type: 'diff', path: '/wt/a.ts', oldText: 'old', newText: 'n'.repeat(20_000) },
      { type: 'terminal', terminalId: '1' },
    ];
    const [event] = mapper.update(update({ ...call, content }));
    expect(event).toMatchObject({ kind: 'tool', edits: [{ path: 'a.ts', before: 'old', after: 'n'.repeat(16_000) }] });
    expect(event?.kind === 'tool' ? event.output : '').toMatch(/^x{7997}end$/);
    // Told once: a log that repeated whole files with every word about a call would grow without end.
    for (const again of [{}, { content }]) {
      const [later] = mapper.update(update({ sessionUpdate: 'tool_call_update', toolCallId: 't', status: 'failed', ...again }));
      expect(later).toEqual({ kind: 'tool', id: 't', toolKind: 'execute', title: 'Run', status: 'failed', paths: ['a.ts'], command: null });
    }
    const more = [...content, { type: 'diff', path: '/wt/b.ts', newText: '' }];
    const [last] = mapper.update(update({ sessionUpdate: 'tool_call_update', toolCallId: 't', content: more }));
    expect(last).toMatchObject({ edits: [{ path: 'a.ts' }, { path: 'b.ts' }] });
    expect(last).not.toHaveProperty('output');
  });

  it('tell what was changed also where the question for permission named it first', () => {
    const mapper = createUpdateMapper('/wt');
    const content = [{ type: 'diff', path: '/wt/a.ts', newText: 'x' }];
    mapper.permission(ToolFields.parse({ toolCallId: 't', content }));
    const done = mapper.update(update({ sessionUpdate: 'tool_call_update', toolCallId: 't', status: 'completed', content }));
    expect(done).toMatchObject([{ edits: [{ path: 'a.ts', before: null, after: 'x' }] }]);
  });

  it('show paths outside the worktree as they are, also those that only start alike', () => {
    const mapper = createUpdateMapper('/wt');
    const paths = ['/wt/../etc/passwd', '/wt2/x', '../up', '/wt'];
    expect(mapper.permission(ToolFields.parse({ toolCallId: 't', rawInput: { paths } })).paths).toEqual([
      '/wt/../etc/passwd',
      '/wt2/x',
      '../up',
      '.',
    ]);
  });

  it.each([
    [{ command: 'npm test' }, 'npm test'],
    [{ command: ['bash', '-lc', 'ls'] }, 'bash -lc ls'],
    [{ cmd: 'ls' }, 'ls'],
    [{ command: 5 }, null],
    ['text', null],
  ])('find the command in %j', (rawInput, command) => {
    expect(createUpdateMapper('/wt').permission(ToolFields.parse({ toolCallId: 't', rawInput })).command).toBe(command);
  });

  it('of a kind ACP does not know are "other"', () => {
    expect(createUpdateMapper('/wt').permission(ToolFields.parse({ toolCallId: 't', kind: 'shell' })).toolKind).toBe('other');
  });

  it('asked about by id alone are described by what was said before', () => {
    const mapper = createUpdateMapper('/wt');
    mapper.update(update({ sessionUpdate: 'tool_call', toolCallId: 't', title: 'Run', kind: 'execute', rawInput: { command: 'rm -rf x' } }));
    expect(mapper.permission(ToolFields.parse({ toolCallId: 't' }))).toEqual({ toolKind: 'execute', title: 'Run', paths: [], command: 'rm -rf x' });
  });
});

describe('steps of the model', () => {
  it('are counted between rounds of tool results, however many tools a round has', () => {
    const mapper = createUpdateMapper('/wt');
    const tool = (id: string, status: string) =>
      mapper.update(update({ sessionUpdate: status === 'pending' ? 'tool_call' : 'tool_call_update', toolCallId: id, title: id, status }));
    mapper.update(update(text('I look')));
    tool('a', 'pending');
    tool('b', 'pending');
    expect(mapper.turns()).toBe(1);
    tool('a', 'completed');
    tool('b', 'failed');
    expect(mapper.turns()).toBe(1);
    mapper.update(update(text('and ')));
    mapper.update(update(text('then')));
    tool('c', 'pending');
    expect(mapper.turns()).toBe(2);
    tool('c', 'completed');
    tool('d', 'pending');
    expect(mapper.turns()).toBe(3);
  });
});

it('the count at the end of the turn is passed on when there is one', () => {
  expect(mapUsage({ stopReason: 'end_turn', usage: { inputTokens: 5, outputTokens: 6 } })).toEqual([
    { kind: 'usage', inputTokens: 5, outputTokens: 6 },
  ]);
  expect(mapUsage({ stopReason: 'end_turn', usage: null })).toEqual([]);
});

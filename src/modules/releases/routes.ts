import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { ReleaseNotes } from './model.ts';
import type { Releases } from './queries.ts';

const Instant = z.iso.datetime({ offset: true });
const Query = z.object({
  project: z.string().min(1).max(200).describe('Id or key of a project'),
  repository: z.string().max(200).optional().describe('`owner/name`, where the project has several'),
  name: z.string().max(100).optional().describe('Name of the release, such as `v1.4.0`'),
  from: Instant.optional().describe('Merges from this instant on; from the first when it is left out'),
  to: Instant.optional().describe('Exclusive; now when it is left out'),
});
const Notes = z.object({
  name: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string(),
  changes: z.number().int(),
  sections: z.array(
    z.object({
      heading: z.string(),
      changes: z.array(
        z.object({
          title: z.string(),
          type: z.string().nullable(),
          pull: z.number().int(),
          url: z.string(),
          issue: z.number().int().nullable(),
          asked_by: z.string().nullable(),
          agents: z.array(z.string()),
          approved_by: z.array(z.string()),
          merged_at: z.string(),
        }),
      ),
    }),
  ),
  credits: z.object({ people: z.array(z.string()), agents: z.array(z.string()) }),
  markdown: z.string(),
});

/** Reports about releases. */
export function releaseRoutes({ releases }: { releases: Releases }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reports/release',
      summary: 'Release notes of what was merged in a period: breaking changes first, then what is new, fixed and the rest',
      tag: 'reports',
      access: 'viewer',
      query: Query,
      response: { status: 200, schema: Notes },
      handle: async ({ query }) => present(await releases.notes(query)),
    }),
  ];
}

function present({ sections, ...notes }: ReleaseNotes): z.input<typeof Notes> {
  return {
    ...notes,
    sections: sections.map(({ heading, changes }) => ({
      heading,
      changes: changes.map((change) => ({
        title: change.title,
        type: change.type,
        pull: change.pullNumber,
        url: change.pullUrl,
        issue: change.issueNumber,
        asked_by: change.askedBy,
        agents: [...change.agents],
        approved_by: [...change.approvedBy],
        merged_at: change.mergedAt,
      })),
    })),
  };
}

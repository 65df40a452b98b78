import type { WorkType } from '#modules/work/index.ts';
import { matchesGlob } from '#kernel/glob.ts';
import { namedPathsOf } from '#kernel/markdown.ts';
import type { IssueText } from './decide.evidence.ts';

export type RiskLevel = 'low' | 'medium' | 'high';

export interface Risk {
  risk: RiskLevel;
  /** The work changes something that cannot be taken back, outside any repository: for people only. */
  irreversible: boolean;
  evidence: string[];
}

/** `always`: high wherever it stands. `inTitle`: high in the title or when named more than once, else medium. */
const FIELDS: ReadonlyArray<{ field: string; always?: RegExp; inTitle?: RegExp }> = [
  {
    field: 'security',
    always:
      /\b(?:vulnerabilit(?:y|ies)|cve-\d|exploit|xss|csrf|sql injection|remote code|rce\b|secrets? (?:leak|exposed|in)|leak(?:s|ed)? (?:passwords?|tokens?|secrets?|personal)|encrypt(?:ion|ed)?|private keys?|credentials?|gdpr|personal data)\b/i,
    inTitle: /\b(?:security|cors|csp|sanitiz\w+|escap(?:e|ing)|api keys?|certificates?|audit log)\b/i,
  },
  {
    field: 'payment',
    always:
      /\b(?:credit cards?|charg(?:e|ed|es|ing) (?:twice|double|the (?:card|customer))|payouts?|stripe|paypal|payment (?:provider|gateway|processing|intent))\b/i,
    inTitle: /\b(?:payments?|billing|invoic(?:e|es|ing)|refunds?)\b/i,
  },
  {
    field: 'migration',
    always:
      /\b(?:schema (?:change|migration)s?|database migrations?|data migrations?|migrate (?:the |all )?(?:data|database|users|customers|orders|tables?|schema)|(?:drop|alter|rename) (?:the )?(?:\w+ )?(?:table|column)s?|backfill)\b/i,
    inTitle: /\bmigrat(?:e|ion|ions|ing)\b/i,
  },
  {
    field: 'authentication',
    always:
      /\b(?:password (?:hash(?:ing|es)?|reset|storage)|oauth|sso|saml|oidc|jwt|rbac|access control|two[ -]factor|2fa|session (?:tokens?|fixation|handling)|privilege)\b/i,
    inTitle: /\b(?:log-?in|sign-?in|auth(?:entication|orization|enticate|orize)?|permissions?|passwords?|tokens?|sessions?|roles?|admins?)\b/i,
  },
  {
    field: 'deleting data',
    always:
      /\b(?:delet(?:e|es|ing|ion of)|remov(?:e|es|ing)|purg(?:e|es|ing)|wip(?:e|es|ing)|eras(?:e|es|ing)|truncat(?:e|es|ing))\s+(?:\w+\s+){0,4}?(?:users?|customers?|accounts?|orders?|data|records?|rows?|tables?|backups?|history)\b/i,
  },
];

const MEDIUM =
  /\b(?:concurren(?:t|cy)|race conditions?|deadlock|cach(?:e|ing)|public api|breaking change|backwards? compatib\w+|performance|time ?zones?|currenc(?:y|ies)|tax(?:es)?|vat|subscriptions?|deploy(?:ment)?|production)\b/i;

const IRREVERSIBLE =
  /\b(?:(?:on|in|from|against|the) (?:the )?(?:live|production|prod) (?:database|db|data|servers?|cluster|environment|system)|rotate (?:the |all )?(?:production )?(?:keys?|secrets?|credentials?)|wipe (?:the )?(?:database|server|disk)|delete all (?:customers?|users?|orders?|accounts?|data)|drop (?:the )?(?:production )?database|sign (?:the )?contract|notify (?:all )?customers about (?:the )?breach)\b/i;

/**
 * Risk by subject matter and by what the text names. Prose about documents (type docs) only counts by path: a typo in the login
 * guide changes no login. Tests and harmless wording are not detected: when in doubt the answer is the higher one.
 */
export function decideRisk(issue: IssueText, type: WorkType, protectedPaths: readonly string[]): Risk {
  const paths = namedPathsOf(`${issue.title}\n${issue.body}`);
  const evidence = paths.flatMap((path) =>
    protectedPaths.filter((glob) => matchesGlob(path, glob)).map((glob) => `risk high: names ${path}, protected by ${glob}`),
  );
  const stop = IRREVERSIBLE.exec(`${issue.title}\n${issue.prose}`);
  if (stop !== null) evidence.push(`risk high: "${stop[0]}" cannot be taken back`);
  let risk: RiskLevel = evidence.length > 0 ? 'high' : 'low';
  if (type !== 'docs' && type !== 'question') {
    for (const field of FIELDS) {
      const hit = fieldHit(issue, field);
      if (hit === null) continue;
      evidence.push(`risk ${hit.risk}: ${field.field}, "${hit.says}"`);
      risk = higher(risk, hit.risk);
    }
    const medium = MEDIUM.exec(`${issue.title}\n${issue.prose}`);
    if (medium !== null && risk === 'low') {
      evidence.push(`risk medium: "${medium[0]}"`);
      risk = 'medium';
    }
  }
  return { risk, irreversible: stop !== null, evidence };
}

function fieldHit(issue: IssueText, field: (typeof FIELDS)[number]): { risk: RiskLevel; says: string } | null {
  const strong = field.always?.exec(`${issue.title}\n${issue.prose}`) ?? null;
  if (strong !== null) return { risk: 'high', says: strong[0] };
  if (field.inTitle === undefined) return null;
  const title = field.inTitle.exec(issue.title);
  if (title !== null) return { risk: 'high', says: title[0] };
  const mentions = [...issue.prose.matchAll(new RegExp(field.inTitle, 'gi'))];
  const first = mentions[0];
  return first === undefined ? null : { risk: mentions.length > 1 ? 'high' : 'medium', says: first[0] };
}

const ORDER: readonly RiskLevel[] = ['low', 'medium', 'high'];

function higher(left: RiskLevel, right: RiskLevel): RiskLevel {
  return ORDER.indexOf(left) >= ORDER.indexOf(right) ? left : right;
}

import { z } from 'zod';

export const QUESTION_STATES = ['waiting', 'answered', 'expired', 'withdrawn'] as const;
/** `expired`: nobody answered in time · `withdrawn`: the run ended first. */
export type QuestionState = (typeof QUESTION_STATES)[number];

/** What an agent asked people in the middle of its work. Question, choices and answer are data, never instructions. */
export interface Question {
  id: string;
  runId: string;
  execution: number;
  taskId: string | null;
  workItemId: string | null;
  projectId: string;
  agent: string;
  role: string;
  question: string;
  /** Answers the agent offers; people may say something else. */
  choices: string[];
  state: QuestionState;
  answer: string | null;
  /** `person:<handle>` */
  answeredBy: string | null;
  askedAt: Date;
  /** When the agent goes on without an answer. */
  expiresAt: Date;
  endedAt: Date | null;
}

export interface QuestionFilter {
  state?: QuestionState | undefined;
  runId?: string | undefined;
  taskId?: string | undefined;
  workItemId?: string | undefined;
  projectId?: string | undefined;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[] | undefined;
}

/** Arguments of `ask_human`, as its schema is published to agents. */
export const AskHuman = z.object({
  question: z.string().trim().min(1).max(4000).describe('One question, with what the person must know to answer it.'),
  choices: z.array(z.string().trim().min(1).max(200)).max(10).optional().describe('Answers to choose from, when there are few.'),
});
export type AskHuman = z.infer<typeof AskHuman>;

/** Arguments of `report_progress`. */
export const ReportProgress = z.object({
  message: z.string().trim().min(1).max(1000).describe('One sentence: what was done, or what is being done now.'),
  fraction: z.number().min(0).max(1).optional().describe('How much of the task is done, 0 to 1.'),
  step: z.string().trim().min(1).max(200).optional().describe('The step of your plan it belongs to.'),
});
export type ReportProgress = z.infer<typeof ReportProgress>;

export const BudgetLeft = z.object({});

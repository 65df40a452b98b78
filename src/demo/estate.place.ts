export const SAMPLE_REPOSITORY = 'sample/shop';

/** Where the sample repository lives. */
export interface Place {
  /** Answers the repository's id at Reeve. */
  makeRepository(projectId: string): Promise<string>;
  /** Opens the sample issues in their order, labelled AI-Ready; answers their numbers. */
  openIssues(): Promise<number[]>;
}

/** A GitHub of this machine that takes orders (`POST /_fake/{order}`), and what the server was told of it. */
export interface SampleGithub {
  apiUrl: string;
  /** Reeve's own account there. */
  login: string;
  webhookSecret: string;
}

import { answerGraphql } from './graphql.ts';
import { top, type Route } from './route.ts';

export const GRAPHQL_ROUTES: Route[] = [top('POST', '/graphql', 'anyone', answerGraphql)];

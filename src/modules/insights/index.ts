export { DIMENSIONS, type Dimension, type Figures, type MetricAnswer, type MetricDefinition } from './model.ts';
export { createInsights, type Insights, type InsightsDeps, type MetricQuery } from './queries.ts';
export { insightRoutes } from './routes.ts';
export { registerInsightMetrics } from './steps.metrics.ts';
export { createForgeLimits, registerOperationsMetrics } from './steps.operations.ts';

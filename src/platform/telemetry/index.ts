export { createMetrics, type Distribution, type Metrics, type MetricsOptions } from './metrics.ts';
export { activeTraceparent, withServerSpan, withSpan } from './spans.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';

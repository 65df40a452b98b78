export { createMetrics, type Distribution, type Metrics, type MetricsOptions } from './metrics.ts';
export { activeTraceparent, recordSpan, withServerSpan, withSpan, withTracedSpan } from './spans.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';

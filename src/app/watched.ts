import type { CallLog } from '#modules/connections/index.ts';
import type { ChangeReceiver } from '#ports/change-receiver.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';
import type { IdentityProvider } from '#ports/identity-provider.ts';
import type { Model } from '#ports/model.ts';
import type { PolicyEngine } from '#ports/policy-engine.ts';

// The same ports, with how each call ended noted for `GET /v1/connections`.

export const placeId = (name: string): string => `checkpoints:${name}`;
export const providerId = (name: string): string => `sign-in:${name}`;

export const watchedPlace = (calls: CallLog, place: CheckpointPlace): CheckpointPlace => ({
  ...place,
  publish: (document, signal) => calls.watch(placeId(place.name), 'publish', () => place.publish(document, signal)),
});

export const watchedReceiver = (calls: CallLog, receiver: ChangeReceiver): ChangeReceiver => ({
  ...receiver,
  send: (message) => calls.watch('change-receiver', 'send', () => receiver.send(message)),
});

export const watchedModel = (calls: CallLog, model: Model): Model => ({
  ...model,
  complete: (request) => calls.watch('model', request.model, () => model.complete(request)),
});

export const watchedProvider = (calls: CallLog, provider: IdentityProvider): IdentityProvider => ({
  ...provider,
  begin: (redirectUri) => calls.watch(providerId(provider.name), 'begin', () => provider.begin(redirectUri)),
  finish: (answer, attempt, redirectUri) => calls.watch(providerId(provider.name), 'finish', () => provider.finish(answer, attempt, redirectUri)),
});

export const watchedEngine = (calls: CallLog, engine: PolicyEngine): PolicyEngine => ({
  ...engine,
  answer: (question, signal) => calls.watch('policy-engine', question.actionKind, () => engine.answer(question, signal)),
});

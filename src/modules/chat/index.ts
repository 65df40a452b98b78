export { createChat } from './commands.ts';
export type { ChatDeps } from './commands.context.ts';
export { approvalMessage, paragraph } from './decide.message.ts';
export { outgoingForm, outgoingMessage } from './decide.outgoing.ts';
export type { Chat } from './model.ts';
export { chatRoutes } from './routes.ts';

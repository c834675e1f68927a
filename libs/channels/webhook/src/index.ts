export { isSigned, secretText } from './signature.ts';
export { WebhookChannel } from './webhook-channel.ts';

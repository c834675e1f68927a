export { LetterStage, type LetterStageOptions } from './letter-stage.ts';
export { Returns, type ReturnsOptions } from './returns.ts';
export { type Choices, type OpenForm, SignUp, type SignUpOptions } from './sign-up.ts';

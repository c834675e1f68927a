export { pageLanguage } from './page-language.ts';
export { type FormProblem, formPage, leavePage, resultPage, type PageCity, SIGN_UP_HEADERS, type SignUpForm } from './sign-up-pages.ts';

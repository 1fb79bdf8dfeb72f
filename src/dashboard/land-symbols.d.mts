export { default } from 'milsymbol';

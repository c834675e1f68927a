import { Button, type ButtonProps } from 'react-aria-components';

const LOOKS = {
  solid: 'px-4 bg-action text-on-action border-action hover:underline disabled:border-line disabled:bg-line disabled:text-dim',
  outline: 'px-4 bg-panel text-action border-action hover:underline disabled:border-line disabled:text-dim',
  text: 'border-transparent text-action underline hover:no-underline disabled:text-dim',
} as const;

/** A button in the manner of the design system. Its words say what it will do. */
export function Action({
  look = 'outline',
  className = '',
  ...rest
}: ButtonProps & { readonly look?: keyof typeof LOOKS; readonly className?: string }) {
  return (
    <Button
      {...rest}
      className={`rounded-8 inline-flex min-h-10 items-center justify-center gap-2 border py-1 text-sm font-bold disabled:cursor-not-allowed ${LOOKS[look]} ${className}`}
    />
  );
}

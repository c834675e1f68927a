import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';

/** Something that is one click away, and keeps its place when it opens. */
export function Fold({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Disclosure className="group min-w-0">
      <Heading level={3}>
        <Button slot="trigger" className="text-action rounded-4 flex min-h-10 items-center gap-1 text-start font-bold">
          <span aria-hidden="true" className="inline-block w-4 group-data-expanded:rotate-90">
            ▸
          </span>
          {title}
        </Button>
      </Heading>
      <DisclosurePanel>{children}</DisclosurePanel>
    </Disclosure>
  );
}

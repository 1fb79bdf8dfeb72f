import type { ModelDocument } from '../model-document.ts';

/** Each way after the war, in a paragraph. */
export function Pathways({ model: { pathways } }: { readonly model: ModelDocument }) {
  return (
    <div class="columns">
      {pathways.map(({ pathway, text }) => (
        <article key={pathway}>
          <h3 id={`pathway-${pathway}`}>{pathway}</h3>
          <p>{text}</p>
        </article>
      ))}
    </div>
  );
}

export function Company({ text }: { readonly text: string }) {
  return (
    <article class="measure">
      <h3 id="company">Whose company: Russian-led or North-Korean-led</h3>
      <p>{text}</p>
    </article>
  );
}

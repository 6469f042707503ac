import { percent } from "../figures";

interface AxesProps {
  method: string;
  explained: number[] | null;
}

/** What the places of the points mean, and what not. */
export function Axes({ method, explained }: AxesProps) {
  if (explained) {
    const [across = 0, up = 0] = explained;
    if (!across) return <>All uses have one vector here, so all lie on one point: this model does not see the context.</>;
    return (
      <>
        {`Principal components: ${percent(across)} of the variance across, ${percent(up)} up; the other `}
        {`${percent(Math.max(0, 1 - across - up))} cannot be seen. Uses that lie apart are apart in the model too.`}
      </>
    );
  }
  const name = method === "tsne" ? "t-SNE" : "UMAP";
  return (
    <>{`${name} keeps neighbours together: uses that lie side by side are alike. Distances between groups, their sizes and the directions do not count.`}</>
  );
}

/** The outline of a leg, cut into its chambers, foot first. Toes point to the right. */

export const WIDTH = 120;
export const HEIGHT = 262;

/** Back and front of the leg, from the top of the thigh to the ankle: y, back, front. */
const OUTLINE: readonly (readonly [number, number, number])[] = [
  [6, 6, 94],
  [40, 9, 91],
  [76, 15, 84],
  [104, 19, 79],
  [126, 17, 77],
  [150, 11, 75],
  [174, 16, 71],
  [200, 25, 67],
];
const ANKLE = 196;
const GAP = 5;
const ROUND = 7;

/** Heights of the cuffs of five chambers, thigh first; others are cut evenly. */
const FIVE: readonly number[] = [6, 56, 98, 132, ANKLE];

/** Catmull-Rom through the outline: a leg has no corners. */
function edge(y: number, column: 1 | 2): number {
  const last = OUTLINE.length - 1;
  const found = OUTLINE.findIndex(([at]) => at > y);
  const index = Math.max(0, (found === -1 ? last : found) - 1);
  const point = (offset: number) =>
    OUTLINE[Math.min(last, Math.max(0, index + offset))]!;
  const [before, from, to, after] = [point(-1), point(0), point(1), point(2)];
  const t = Math.min(1, Math.max(0, (y - from[0]) / (to[0] - from[0] || 1)));
  const [a, b, c, d] = [before[column], from[column], to[column], after[column]];
  return (
    b +
    0.5 *
      t *
      (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
  );
}

const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

function cuff(top: number, bottom: number): string {
  const round = Math.min(ROUND, (bottom - top) / 3);
  const front: string[] = [];
  const back: string[] = [];
  for (let y = top + round; y < bottom - round; y += 4) {
    front.push(at(edge(y, 2), y));
    back.unshift(at(edge(y, 1), y));
  }
  front.push(at(edge(bottom - round, 2), bottom - round));
  back.unshift(at(edge(bottom - round, 1), bottom - round));
  const middle = (edge(top, 1) + edge(top, 2)) / 2;
  return [
    `M${at(edge(top, 1) + round, top)}`,
    `Q${at(middle, top + 4)} ${at(edge(top, 2) - round, top)}`,
    `Q${at(edge(top, 2), top)} ${front[0]}`,
    ...front.slice(1).map((point) => `L${point}`),
    `Q${at(edge(bottom, 2), bottom)} ${at(edge(bottom, 2) - round, bottom)}`,
    `Q${at(middle, bottom + 4)} ${at(edge(bottom, 1) + round, bottom)}`,
    `Q${at(edge(bottom, 1), bottom)} ${back[0]}`,
    ...back.slice(1).map((point) => `L${point}`),
    `Q${at(edge(top, 1), top)} ${at(edge(top, 1) + round, top)}`,
    "Z",
  ].join("");
}

const FOOT =
  "M31 201Q46 205 61 201Q67 202 71 207L94 218Q114 226 115 243Q115 254 104 254" +
  "L30 254Q17 254 17 242Q18 226 23 208Q25 202 31 201Z";

export interface Chamber {
  path: string;
  /** Where its number is written. */
  x: number;
  y: number;
}

/** The chambers of a leg that has so many (1 to 8), from the foot upwards. */
export function chambers(count: number): Chamber[] {
  const cuffs = Math.max(1, count - 1);
  const cuts =
    count === 5
      ? FIVE
      : Array.from(
          { length: cuffs + 1 },
          (_, index) => 6 + ((ANKLE - 6) * index) / cuffs,
        );
  const shaft: Chamber[] = [];
  for (let index = cuffs - 1; index >= 0; index--) {
    const top = cuts[index]! + (index ? GAP / 2 : 0);
    const bottom = cuts[index + 1]! - GAP / 2;
    const y = (top + bottom) / 2;
    shaft.push({ path: cuff(top, bottom), x: (edge(y, 1) + edge(y, 2)) / 2, y: y + 2 });
  }
  if (count === 1) return shaft;
  return [{ path: FOOT, x: 58, y: 232 }, ...shaft];
}

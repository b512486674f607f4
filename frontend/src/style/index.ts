/** The card's look, in the order in which one rule overrules another. */

import { deeds } from "./deeds";
import { frame } from "./frame";
import { sizes } from "./sizes";
import { stage } from "./stage";

export const styles = [frame, stage, deeds, sizes];

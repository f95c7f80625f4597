// Where a page and its worklet find what they tell each other, in a shared array of integers.

/** 1 while the worklet waits for an order. */
export const IS_DONE = 0;
/** How many blocks to render next; 0 to end. */
export const BLOCKS = 1;
/** 1 where each block is to make one object more. */
export const LITTERS = 2;
export const ORDERS = 3;

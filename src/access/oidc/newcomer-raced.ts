/** Two who came for the first time wanted the same; whoever lost asks again and finds the other. */
export class NewcomerRaced extends Error {}

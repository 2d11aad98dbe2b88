/* Upper bounds of histograms, in seconds if not said otherwise: each is a series, so there are few. */

export const REQUEST_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** An event costs tens of microseconds; a condition may cost a thousand times that. */
export const MATCH_S = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** `timeout.request` of a retry policy is at most 30 s. */
export const ATTEMPT_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];

/** From milliseconds to the three days that retries go on by default. */
export const LATENCY_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200, 259_200];

/** Events; a list has at most 500. */
export const LIST_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];

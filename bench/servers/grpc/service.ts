/** Paths of the service in bench.proto. */
const service = "/bench.v1.BenchService";
export const getUserPath = `${service}/GetUser`;
export const numbersPath = `${service}/Numbers`;
export const madePath = `${service}/Made`;

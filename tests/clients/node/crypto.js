// Runs @wecom/crypto over a list of jobs: JSON in on stdin, JSON out on stdout.
const { decrypt, encrypt, getSignature, getJsApiSignature } = require("@wecom/crypto");

const DO = {
  encrypt: (job) => encrypt(job.key, job.message, job.id, Buffer.from(job.random, "base64")),
  decrypt: (job) => {
    const { message, id } = decrypt(job.key, job.encrypted);
    return { message, id };
  },
  sign: (job) => getSignature(job.token, job.timestamp, job.nonce, job.encrypted),
  ticket: (job) => getJsApiSignature(job).signature,
};

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  process.stdout.write(JSON.stringify(JSON.parse(text).map((job) => DO[job.op](job))));
});

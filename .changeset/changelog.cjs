/** What a changeset says goes into CHANGELOG.md as its author wrote it: no hashes, no names. */
module.exports = {
  getReleaseLine: async ({ summary }) => {
    const [first = '', ...more] = summary.split('\n').map((line) => line.trimEnd());
    return [`- ${first}`, ...more.map((line) => (line ? `  ${line}` : ''))].join('\n').trimEnd();
  },
  getDependencyReleaseLine: async () => '',
};

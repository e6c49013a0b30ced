// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Evaluates expressions with the C compiler of this machine and the installed headers. */
public final class CompilerProbe {

    /** The headers that {@code jextract-config/ffm_verbs.h} includes, and those that the probe needs. */
    private static final List<String> VERBS_HEADERS = List.of("errno.h", "fcntl.h", "poll.h", "stddef.h", "stdio.h",
            "sys/eventfd.h", "unistd.h", "infiniband/verbs.h", "rdma/rdma_cma.h");
    private static final Pattern ERROR = Pattern.compile("probe\\.c:(\\d+):\\d+: error: (.*)");
    private static final Pattern RDMA_CORE_VERSION = Pattern.compile("\\d+\\.\\d+\\.(\\d+)\\.\\d+");

    private final Path directory;
    private final List<String> headers;
    private final String nameOfHeaders;

    /** Creates a probe of the verbs headers that compiles in a directory. */
    public CompilerProbe(Path directory) {
        this(directory, VERBS_HEADERS,
            "the verbs headers (Debian and Ubuntu: libibverbs-dev, librdmacm-dev)");
    }

    /**
     * Creates a probe.
     *
     * @param directory     an empty directory to compile in.
     * @param headers       headers to include, among them {@code stdio.h}.
     * @param nameOfHeaders what they are called in {@link #obstacle}.
     */
    public CompilerProbe(Path directory, List<String> headers, String nameOfHeaders) {
        this.directory = directory;
        this.headers = headers;
        this.nameOfHeaders = nameOfHeaders;
    }

    /** Returns why nothing can be compiled here, or an empty string. */
    public String obstacle() throws IOException, InterruptedException {
        try {
            run("cc", "--version");
        } catch (IOException noCompiler) {
            return "no C compiler: cc cannot be run";
        }
        Outcome outcome = compile(Map.of());
        return outcome.status == 0 ? ""
                : nameOfHeaders + " cannot be compiled: "
                        + outcome.output.lines().filter(line -> line.contains("error")).findFirst().orElse("");
    }

    /** Returns the rdma-core release of the installed headers, or {@code otherwise} if pkg-config does not know it. */
    public int rdmaCoreRelease(int otherwise) throws InterruptedException {
        try {
            Matcher version = RDMA_CORE_VERSION.matcher(run("pkg-config", "--modversion", "libibverbs").output.strip());
            return version.matches() ? Integer.parseInt(version.group(1)) : otherwise;
        } catch (IOException noPkgConfig) {
            return otherwise;
        }
    }

    /** Returns the value of each expression. Omits those that the headers lack, and throws on any other error. */
    public Map<String, Long> evaluate(Set<String> expressions) throws IOException, InterruptedException {
        Map<Integer, String> lines = new TreeMap<>();
        for (String expression : expressions) {
            lines.put(headers.size() + 2 + lines.size(), expression);
        }
        Outcome outcome = compile(lines);
        if (outcome.status != 0) {
            lines.keySet().removeAll(unknownToTheHeaders(outcome.output));
            outcome = compile(lines);
        }
        if (outcome.status != 0) {
            throw new IOException("cc fails on " + directory.resolve("probe.c") + ":\n" + outcome.output);
        }
        return run(directory.resolve("probe").toString()).output.lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(row -> lines.get(Integer.valueOf(row[0])), row -> Long.valueOf(row[1])));
    }

    /** Returns the names that some of the headers declare, by the ends of their paths. */
    public HeaderNames namesOf(String... headerPaths) throws IOException, InterruptedException {
        obstacle();
        Outcome outcome = run("cc", "-E", "-dD", "-D_GNU_SOURCE", "probe.c");
        if (outcome.status != 0) {
            throw new IOException("cc -E fails on " + directory.resolve("probe.c") + ":\n" + outcome.output);
        }
        return HeaderNames.of(outcome.output, headerPaths);
    }

    private static Set<Integer> unknownToTheHeaders(String messages) {
        Set<Integer> lines = new HashSet<>();
        Matcher errors = ERROR.matcher(messages);
        while (errors.find()) {
            String message = errors.group(2);
            if (message.contains("undeclared") || message.contains("no member named")
                    || message.contains("incomplete type")) {
                lines.add(Integer.valueOf(errors.group(1)));
            }
        }
        return lines;
    }

    /** Puts each expression on the line of its number, so that compiler messages identify it. */
    private Outcome compile(Map<Integer, String> lines) throws IOException, InterruptedException {
        int last = lines.keySet().stream().mapToInt(Integer::intValue).max().orElse(headers.size() + 1);
        StringBuilder source = new StringBuilder();
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void) {\n");
        for (int line = headers.size() + 2; line <= last; line++) {
            if (lines.containsKey(line)) {
                source.append("printf(\"%d %lld\\n\", ").append(line).append(", (long long) (")
                        .append(lines.get(line)).append("));");
            }
            source.append('\n');
        }
        source.append("return 0;\n}\n");
        Files.writeString(directory.resolve("probe.c"), source);
        return run("cc", "-w", "-D_GNU_SOURCE", "-o", "probe", "probe.c");
    }

    private Outcome run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(45, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(List.of(command) + " has not ended within 45 s");
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private record Outcome(int status, String output) {
    }
}

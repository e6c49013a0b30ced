// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * If nothing is built, the launcher shows help from files. They contain what the command itself prints.
 *
 * <p>After a change of an option, {@code mvn -pl benchmarks -am test -Dtest=HelpTextsTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.arguments=-Dhelp.write=true} rewrites them.
 *
 * <p>The other command, ccm, has the same test: the two modules share no test artifact that knows picocli.
 */
@Timeout(60)
class HelpTextsTest {

    private static final Path FOLDER = Path.of("bin", "help");
    private static final String ENDING = ".txt";

    @Test
    void filesSayWhatTheCommandSays() throws IOException {
        final Map<String, String> texts = texts();
        if (Boolean.getBoolean("help.write")) {
            Files.createDirectories(FOLDER);
            for (final Map.Entry<String, String> text : texts.entrySet()) {
                Files.writeString(FOLDER.resolve(text.getKey() + ENDING), text.getValue());
            }
        }
        assertEquals(texts, files(), "see the comment of this class");
    }

    private static Map<String, String> texts() {
        final CommandLine bench = BenchCommand.commandLine();
        final Map<String, String> texts = new TreeMap<>();
        texts.put("bench", bench.getUsageMessage(Ansi.OFF));
        bench.getSubcommands().forEach((name, subcommand) -> {
            if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                texts.put(name, subcommand.getUsageMessage(Ansi.OFF));
            }
        });
        return texts;
    }

    private static Map<String, String> files() throws IOException {
        final Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (final Path file : files.toList()) {
                texts.put(file.getFileName().toString().replace(ENDING, ""), Files.readString(file));
            }
        }
        return texts;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException;
import java.io.File;
import java.io.PrintWriter;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The {@code ccm} command. */
@Command(name = "ccm", mixinStandardHelpOptions = true, version = "ccm 0.1.0-SNAPSHOT",
    description = "Cluster connection manager: nodes find each other through memory alone, by RDMA READ and WRITE.",
    subcommands = {NodeCommand.class, DemoCommand.class, StatusCommand.class, CommandLine.HelpCommand.class,
        GenerateCompletion.class},
    footerHeading = "%n", footer = {"An argument @FILE stands for the arguments in that file, one or more a line.",
        "For completion in bash and zsh: source <(ccm generate-completion)"},
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:all went as asked", "1:it did not; standard error says why", "2:the command line is wrong",
        "3:what was asked for is not supported here (demo); standard error says why"})
public final class CcmCommand implements Runnable {

    @Spec
    private CommandSpec command;

    /** Created by picocli. */
    public CcmCommand() {
        // nothing to set: the options are those of the subcommands
    }

    /**
     * Runs the command and exits with its status.
     *
     * @param arguments the command line.
     */
    public static void main(final String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Says what there is to run, when nothing was named. */
    @Override
    public void run() {
        command.commandLine().usage(command.commandLine().getOut());
    }

    static CommandLine commandLine() {
        return new CommandLine(new CcmCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(CcmCommand::malformed)
            .setExecutionExceptionHandler(CcmCommand::failed);
    }

    private static int malformed(final ParameterException failure, final String[] arguments) {
        final CommandLine command = failure.getCommandLine();
        final PrintWriter errors = command.getErr();
        errors.println("ccm: " + Stream.of(arguments).filter(CcmCommand::isMissingFile).findFirst()
            .map(file -> "there is no file \"" + file.substring(1) + "\" to take arguments from")
            .orElse(failure.getMessage()));
        errors.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** picocli takes the name of a file that is not there for an argument, and complains of something else. */
    private static boolean isMissingFile(final String argument) {
        return argument.length() > 1 && argument.charAt(0) == '@' && argument.charAt(1) != '@'
            && !new File(argument.substring(1)).canRead();
    }

    private static int failed(final Exception failure, final CommandLine command, final ParseResult parsed)
        throws Exception {
        if (failure instanceof VerbsException || failure instanceof ConnectionException
            || failure instanceof NoSuchElementException || failure instanceof CommandFailedException) {
            command.getErr().println("ccm: " + failure.getMessage());
            return ExitCode.SOFTWARE;
        }
        throw failure;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException;
import java.io.File;
import java.io.PrintWriter;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code ccm} command. */
@Command(name = "ccm", mixinStandardHelpOptions = true, version = "ccm 0.1.0-SNAPSHOT",
    description = "Cluster connection manager: nodes find each other through memory alone, by RDMA READ and WRITE.",
    footerHeading = "%n", footer = {
        "An argument @FILE is replaced by the arguments in that file, one or more per line.",
        "For completion in bash and zsh: source <(ccm generate-completion)"},
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:success", "1:failure; standard error says why", "2:the command line is wrong",
        "3:not supported here (demo); standard error says why"})
public final class CcmCommand implements Runnable {

    private static final List<Class<?>> SUBCOMMANDS = List.of(NodeCommand.class, WitnessCommand.class,
        DemoCommand.class, StatusCommand.class, TakeOverCommand.class, TuneCommand.class, TrainCommand.class,
        CommandLine.HelpCommand.class, GenerateCompletion.class);

    @Spec
    private CommandSpec command;

    /** Created by picocli. */
    public CcmCommand() {
        // All options belong to the subcommands.
    }

    /**
     * Runs the command and exits with its status.
     *
     * @param arguments the command line.
     */
    public static void main(final String[] arguments) {
        final CommandLine command = commandLine(arguments);
        final int status = execute(command, arguments);
        command.getOut().flush();
        System.exit(System.out.checkError() ? reportLostOutput(command, status) : status);
    }

    /** Runs the command; returns its exit status. */
    static int execute(final CommandLine command, final String... arguments) {
        for (final String argument : arguments) {
            if (isFile(argument) && new File(argument.substring(1)).isDirectory()) {
                command.getErr().println("ccm: cannot take arguments from \"" + argument.substring(1)
                    + "\": it is a folder");
                return ExitCode.USAGE;
            }
        }
        return command.execute(arguments);
    }

    private static boolean isFile(final String argument) {
        return argument.length() > 1 && argument.charAt(0) == '@' && argument.charAt(1) != '@';
    }

    /** Output was lost, which must not look like success. */
    private static int reportLostOutput(final CommandLine command, final int status) {
        command.getErr().println("ccm: cannot write to standard output");
        return status == ExitCode.OK ? ExitCode.SOFTWARE : status;
    }

    /** Prints what there is to run if no subcommand is named. */
    @Override
    public void run() {
        command.commandLine().usage(command.commandLine().getOut());
    }

    /** Returns the parser for these arguments; a node does not load the options of the other subcommands. */
    static CommandLine commandLine(final String... arguments) {
        return arguments.length > 0 && arguments[0].equals("node") ? commandLine(List.of(NodeCommand.class))
            : commandLine(SUBCOMMANDS);
    }

    private static CommandLine commandLine(final List<Class<?>> subcommands) {
        final CommandLine ccm = new CommandLine(new CcmCommand());
        subcommands.forEach(ccm::addSubcommand);
        return ccm.setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(CcmCommand::reportUsageError)
            .setExecutionExceptionHandler((failure, command, parsed) -> reportFailure(failure, command));
    }

    private static int reportUsageError(final ParameterException failure, final String[] arguments) {
        final CommandLine command = failure.getCommandLine();
        final PrintWriter errors = command.getErr();
        errors.println("ccm: " + Stream.of(arguments).filter(CcmCommand::isMissingFile).findFirst()
            .map(file -> "there is no file \"" + file.substring(1) + "\" to take arguments from")
            .orElse(failure.getMessage()));
        errors.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** picocli takes @FILE as an argument if there is no such file, and then reports a different error. */
    private static boolean isMissingFile(final String argument) {
        return isFile(argument) && !new File(argument.substring(1)).canRead();
    }

    /** Prints what went wrong, with a stack trace if it is a bug of this program. */
    static int reportFailure(final Exception failure, final CommandLine command) {
        if (failure instanceof final ParameterException malformed) {
            return reportUsageError(malformed, new String[0]);
        }
        if (failure instanceof VerbsException || failure instanceof ConnectionException
            || failure instanceof NoSuchElementException || failure instanceof CommandFailedException) {
            command.getErr().println("ccm: " + failure.getMessage());
        } else {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return ExitCode.SOFTWARE;
    }
}

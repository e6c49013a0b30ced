// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a program pays besides its transfers: registration, start-up, queues for all threads, memory. */
final class CostSection {

    private static final String STUB = "stub";

    private final Report report;

    CostSection(final Report report) {
        this.report = report;
    }

    /** Returns the section. What was not measured is there, with the command that measures it. */
    String html() {
        final List<List<String>> rows = new ArrayList<>();
        rows.add(row("Register and deregister 4 KiB, the call alone", find(STUB, "register-4096", "ffm"),
            "--suite registration"));
        rows.add(row("Register and deregister 1 MiB on a device", onDevice("register-1048576"),
            "--suite registration"));
        rows.add(row("Poll an empty queue that any thread may use", find(STUB, "empty-poll", "ffm-shared"),
            "--suite calls"));
        rows.add(row("The same, confined to its thread", find(STUB, "empty-poll", "ffm"), "--suite calls"));
        rows.add(row("From start to session with a partner, warm", onDevice("session"), "--suite handshake"));
        rows.add(row("The same, the first time in a JVM", onDevice("cold-session"), "--suite handshake"));
        rows.add(List.of("Memory and processor time of a partner", new ScaleSection(report.scale()).sentence()
            .orElse("not measured: bench scale --out DIR")));
        final StringBuilder section = new StringBuilder("""
            <section><h2>What a program pays besides</h2>
            <div class="scroll"><table class="facts"><tbody>
            """);
        rows.forEach(row -> section.append("<tr><th scope=\"row\">").append(Wording.html(row.getFirst()))
            .append("</th><td>").append(Wording.html(row.getLast())).append("</td></tr>\n"));
        return section.append("</tbody></table></div></section>\n").toString();
    }

    private static List<String> row(final String title, final Optional<OperationResult> result, final String options) {
        return List.of(title, result.map(found -> found.status() == Status.OK ? Wording.time(found.medianNs())
            + " on " + found.device() : "FAILED on " + found.device()).orElse("not measured: bench " + options));
    }

    private Optional<OperationResult> find(final String device, final String operation, final String binding) {
        return report.results().stream().filter(result -> result.device().equals(device)
            && result.operation().equals(operation) && result.binding().equals(binding)).findFirst();
    }

    private Optional<OperationResult> onDevice(final String operation) {
        return report.results().stream().filter(result -> !result.device().equals(STUB)
            && result.operation().equals(operation) && result.binding().equals("ffm")).findFirst();
    }
}

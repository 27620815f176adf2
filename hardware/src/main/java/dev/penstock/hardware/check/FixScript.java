package dev.penstock.hardware.check;

import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Finding.Status;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The remedies of what was found as a shell script to read and run. Only those that are safe are
 * commands in it; the others stand there as comments.
 */
public final class FixScript {
  private final StringBuilder text = new StringBuilder();
  private final Set<String> written = new LinkedHashSet<>();

  private FixScript() {}

  public static String of(Examination examination) {
    return new FixScript().written(examination);
  }

  private String written(Examination examination) {
    text.append("#!/bin/sh\n")
        .append("# What helps against what penstock doctor found on ")
        .append(plain(examination.origin().text()))
        .append(".\n# Read it before you run it. What may interrupt work stands in comments.\n")
        .append("failed=0\n");
    List<Finding> findings =
        examination.findings().stream()
            .filter(finding -> finding.status().compareTo(Status.UNKNOWN) > 0)
            .filter(finding -> !finding.remedies().isEmpty())
            .toList();
    if (findings.isEmpty()) {
      text.append("\n# Nothing was found that a command could help.\n");
    }
    findings.forEach(this::finding);
    return text.append("\nexit $failed\n").toString();
  }

  private void finding(Finding finding) {
    text.append("\n# ").append(finding.status()).append(' ').append(finding.check()).append(": ");
    text.append(finding.subject().map(subject -> plain(subject) + ": ").orElse(""));
    text.append(plain(finding.summary())).append('\n');
    finding.remedies().forEach(this::remedy);
  }

  private void remedy(Remedy remedy) {
    text.append("# ").append(plain(remedy.text())).append('\n');
    for (String command : remedy.commands()) {
      if (!remedy.safe()) {
        text.append("#   ").append(plain(command)).append('\n');
      } else if (written.add(command)) {
        text.append(plain(command)).append(" || failed=1\n");
      } else {
        text.append("#   ").append(plain(command)).append("   (as above)\n");
      }
    }
  }

  /** Names of files and devices must not end a comment. */
  private static String plain(String words) {
    return words.replaceAll("\\p{Cntrl}", " ");
  }
}

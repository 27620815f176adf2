package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page is made of the catalogue. */
class TroubleshootingTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting.md");
  private static final Catalogue CATALOGUE = Catalogue.standard();

  @Test
  void thePage_isThatOfTheCatalogue() throws IOException {
    if (Boolean.getBoolean("penstock.write")) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE))
        .as("to write it anew: ./mvnw -Dtest=TroubleshootingTest -Dpenstock.write=true test")
        .isEqualTo(page());
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Troubleshooting

            <!-- Made of hardware/src/main/resources/dev/penstock/hardware/health/*.json: change those. -->

            `penstock explain` answers all of this and more: give it a line of an error, a whole log, an exit code, or one of
            these questions. How the kernel's log is read and how devices are judged: [faults.md](faults.md).

            """);
    for (Entry.Question question : CATALOGUE.questions()) {
      page.append("- [")
          .append(question.question())
          .append("](#")
          .append(anchor(question))
          .append(")\n");
    }
    page.append("- [Xid codes](#xid-codes), [exit codes of FFmpeg](#exit-codes-of-ffmpeg)\n");
    CATALOGUE.questions().forEach(question -> question(page, question));
    xids(page);
    exits(page);
    return page.toString();
  }

  /** As GitHub makes it of a heading. */
  private static String anchor(Entry.Question question) {
    return question
        .question()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\d _-]", "")
        .replace(' ', '-');
  }

  private static void question(StringBuilder page, Entry.Question question) {
    page.append("\n## ").append(question.question()).append("\n\n");
    question.answer().forEach(paragraph -> page.append(paragraph).append("\n\n"));
    if (!question.checks().isEmpty()) {
      page.append("Confirm: `penstock doctor --only ")
          .append(String.join(",", question.checks()))
          .append("`\n\n");
    }
    List<Finding.Remedy> remedies = CATALOGUE.remedies(question, Optional.empty());
    for (int i = 0; i < remedies.size(); i++) {
      page.append(i + 1).append(". ").append(remedies.get(i).text()).append('\n');
      if (!remedies.get(i).commands().isEmpty()) {
        page.append("\n   ```sh\n");
        remedies.get(i).commands().forEach(line -> page.append("   ").append(line).append('\n'));
        page.append("   ```\n");
      }
    }
  }

  private static void xids(StringBuilder page) {
    page.append(
        "\n## Xid codes\n\nWhat is lost: `penstock explain \"xid N\"` says more, and what to do.\n\n");
    page.append("| code | is | lost | NVIDIA's action |\n|---|---|---|---|\n");
    for (Entry.Xid xid : CATALOGUE.xids()) {
      page.append("| ")
          .append(xid.xid())
          .append(" | ")
          .append(xid.name())
          .append(" | ")
          .append(xid.lost().label())
          .append(" | ")
          .append(Entry.vendorAction(xid).orElse(""))
          .append(" |\n");
    }
  }

  private static void exits(StringBuilder page) {
    page.append("\n## Exit codes of FFmpeg\n\n| code | is | means |\n|---|---|---|\n");
    for (Entry.Exit exit : CATALOGUE.exits()) {
      page.append("| ")
          .append(exit.code())
          .append(" | ")
          .append(exit.name())
          .append(" | ")
          .append(exit.means())
          .append(" |\n");
    }
  }
}

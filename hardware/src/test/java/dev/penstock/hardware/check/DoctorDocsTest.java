package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The list of checks in the documents is that of the classes. With {@code -Dpenstock.write=true} it
 * is written instead of compared.
 */
class DoctorDocsTest {
  private static final Path DOCS = Path.of("../docs/doctor.md");
  private static final String MARK = "<!-- From here on written by DoctorDocsTest. -->\n";

  @Test
  void theList_isThatOfTheClasses() throws IOException {
    String text = Files.readString(DOCS);
    String head = text.substring(0, text.indexOf(MARK) + MARK.length());
    String whole = head + list();
    if (Boolean.getBoolean("penstock.write")) {
      Files.writeString(DOCS, whole);
    }
    assertThat(Files.readString(DOCS))
        .as("to write it anew: ./mvnw -Dtest=DoctorDocsTest -Dpenstock.write=true test")
        .isEqualTo(whole);
  }

  @Test
  void everyCheck_saysWhatItIs() {
    assertThat(Checks.ALL)
        .allSatisfy(check -> {
          assertThat(check.id()).matches("[a-z]+(\\.[a-z0-9]+)+");
          assertThat(check.title()).isNotBlank();
          assertThat(check.rule()).endsWith(".");
          assertThat(check.source()).isNotBlank();
        });
    assertThat(Checks.ALL).extracting(Check::id).doesNotHaveDuplicates();
  }

  private static String list() {
    StringBuilder list = new StringBuilder();
    for (Check.Group group : Check.Group.values()) {
      String rows =
          Checks.ALL.stream()
              .filter(check -> check.group() == group)
              .map(DoctorDocsTest::row)
              .collect(Collectors.joining());
      if (!rows.isEmpty()) {
        list.append("\n## ").append(group.label()).append("\n\n");
        list.append("| check | about | rule | source |\n|---|---|---|---|\n").append(rows);
      }
    }
    return list.toString();
  }

  private static String row(Check check) {
    return "| `"
        + check.id()
        + "` | "
        + cell(check.title())
        + " | "
        + cell(check.rule())
        + " | "
        + cell(check.source())
        + " |\n";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;");
  }
}

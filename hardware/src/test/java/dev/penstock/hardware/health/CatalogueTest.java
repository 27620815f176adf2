package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();

  @Test
  void everyEntry_saysWhatItMeans_whatIsLost_whatToDo_andWhereItIsFrom() {
    assertThat(CATALOGUE.entries())
        .hasSizeGreaterThan(450)
        .allSatisfy(entry -> {
          assertThat(entry.title()).isNotBlank();
          assertThat(entry.means()).as(entry.id()).matches("(?s).{6,}[.)\"]");
          assertThat(entry.severity()).as(entry.id()).isNotNull();
          assertThat(entry.lost()).as(entry.id()).isNotNull();
          assertThat(CATALOGUE.remedies(entry, Optional.empty())).as(entry.id()).isNotEmpty();
          assertThat(CATALOGUE.sources(entry)).as(entry.id()).isNotEmpty();
          assertThat(entry.checks())
              .as(entry.id())
              .allMatch(id -> id.matches("[a-z]+(\\.[a-z0-9]+)+"));
        });
  }

  @Test
  void everyXidUpTo176_isThere() {
    assertThat(CATALOGUE.xids().stream().map(Entry.Xid::xid))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 176).boxed().toList());
  }

  @Test
  void ids_areUnique() {
    assertThat(CATALOGUE.messages().stream().map(Entry::id)).doesNotHaveDuplicates();
    assertThat(CATALOGUE.kernelMessages().stream().map(Entry::id)).doesNotHaveDuplicates();
    assertThat(CATALOGUE.statuses().stream().map(Entry::id)).doesNotHaveDuplicates();
    assertThat(CATALOGUE.questions().stream().map(Entry::id)).doesNotHaveDuplicates();
  }

  @Test
  void weightAndLoss_goTogether() {
    assertThat(CATALOGUE.entries())
        .allSatisfy(entry -> {
          if (entry.lost() == Lost.GPU_UNTIL_REBOOT) {
            assertThat(entry.severity()).as(entry.id()).isGreaterThanOrEqualTo(Severity.GPU);
          }
          if (entry.severity() == Severity.NODE) {
            assertThat(entry.lost()).as(entry.id()).isEqualTo(Lost.GPU_UNTIL_REBOOT);
          }
          if (entry.severity() == Severity.SESSION) {
            assertThat(entry.lost()).as(entry.id()).isEqualTo(Lost.PROCESS);
          }
        });
  }

  @Test
  void theEnginesOfVideo_areThoseOfTheDriversHeader() {
    assertThat(List.of(47, 65, 73, 142).stream().map(code -> CATALOGUE.xidOrUnknown(code).name()))
        .containsExactly(
            "NVENC0 exception", "NVENC1 exception", "NVENC2 exception", "NVENC3 exception");
    assertThat(
            List.of(68, 83, 84, 88, 89, 96, 97, 98).stream()
                .map(code -> CATALOGUE.xidOrUnknown(code).mnemonic()))
        .allMatch(name -> name.matches("ROBUST_CHANNEL_NVDEC[0-7]_ERROR"));
  }

  @Test
  void thresholds_nameCodesAndActionsThatExist() {
    List<String> ids = CATALOGUE.entries().stream().map(Entry::id).toList();
    assertThat(Thresholds.standard().escalations())
        .isNotEmpty()
        .allSatisfy(rule -> {
          assertThat(ids).containsAll(rule.codes());
          assertThat(rule.actions()).isNotEmpty();
          rule.actions().forEach(action -> CATALOGUE.remedy(action, Optional.empty()));
        });
  }
}

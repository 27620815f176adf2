package dev.penstock.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Models.Model;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {
  @ParameterizedTest
  @CsvSource({
    "NVIDIA H200, H200",
    "NVIDIA H100 80GB HBM3, H100",
    "NVIDIA A100-SXM4-80GB, A100",
    "NVIDIA L40S, L40S",
    "NVIDIA L40, L40",
    "NVIDIA L4, L4",
    "Tesla T4, T4",
    "Tesla V100-SXM2-16GB, V100",
    "NVIDIA GeForce RTX 4070 Ti SUPER, GeForce RTX 4070 Ti",
    "NVIDIA GeForce RTX 2080 Ti, 'GeForce RTX 2080, 2070, 2060'",
  })
  void names_ofNvml_areFound(String name, String model) {
    assertThat(Models.standard().named(name).map(Model::name)).contains(model);
  }

  @Test
  void oneOfTheH200_hasDecodersOnly() {
    Model model = Models.standard().withId("10de:2335").orElseThrow();
    assertThat(model.nvenc()).isZero();
    assertThat(model.nvdec()).isEqualTo(7);
    assertThat(model.jpegEngines()).hasValue(7);
  }

  @Test
  void unknownModels_areNotGuessed() {
    assertThat(Models.standard().named("NVIDIA L400")).isEmpty();
    assertThat(Models.standard().withId("10de:0000")).isEmpty();
  }

  @Test
  void everyRow_hasASource_andNoIdIsTwice() {
    Models models = Models.standard();
    Set<String> ids = new HashSet<>();
    for (Model model : models.models()) {
      assertThat(model.sources()).as(model.name()).isNotEmpty();
      assertThat(models.sources().keySet()).containsAll(model.sources());
      assertThat(model.ids()).allMatch(id -> id.matches("10de:[0-9a-f]{4}") && ids.add(id));
    }
    assertThat(models.generations())
        .allMatch(generation -> models.sources().keySet().containsAll(generation.sources()));
    assertThat(models.models())
        .filteredOn(model -> model.nvenc() > 0)
        .allMatch(model -> models.generation(model.generation()).isPresent());
    assertThat(models.rates())
        .hasSizeGreaterThan(80)
        .allMatch(rate -> models.sources().keySet().containsAll(rate.sources()));
  }

  @Test
  void families_areFoundByIdentifierOrBlock_theMoreExactFirst() {
    Models models = Models.standard();

    assertThat(models.family("1002:744c", "").orElseThrow().block()).isEqualTo("VCN 4.0");
    assertThat(models.family("1002:ffff", "4.0.5").orElseThrow().block()).isEqualTo("VCN 4.0");
    assertThat(models.family("1002:ffff", "4.0.3").orElseThrow().encode()).isEmpty();
    assertThat(models.family("1002:ffff", "3.0.33").orElseThrow().encode()).isEmpty();
    assertThat(models.family("1002:ffff", "")).isEmpty();
    assertThat(models.family("8086:56A0", "").orElseThrow().name()).startsWith("Arc A");
    Set<String> ids = new HashSet<>();
    assertThat(models.families())
        .isNotEmpty()
        .allMatch(family -> models.sources().keySet().containsAll(family.sources()))
        .allMatch(family -> family.ids().stream().allMatch(ids::add));
  }
}

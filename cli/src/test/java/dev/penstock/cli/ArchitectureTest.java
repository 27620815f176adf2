package dev.penstock.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the module map that Maven cannot express. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.penstock");

  @Test
  void modules_dependOnlyAlongTheArrows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.penstock..")
        .withOptionalLayers(true)
        .layer("model")
        .definedBy("dev.penstock.model..")
        .layer("av")
        .definedBy("dev.penstock.av..")
        .layer("planner")
        .definedBy("dev.penstock.planner..")
        .layer("hardware")
        .definedBy("dev.penstock.hardware..")
        .layer("engine")
        .definedBy("dev.penstock.engine..")
        .layer("lab")
        .definedBy("dev.penstock.lab..")
        .layer("node")
        .definedBy("dev.penstock.node..")
        .layer("cli")
        .definedBy("dev.penstock.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("node")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("lab")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("node", "cli")
        .whereLayer("planner")
        .mayOnlyBeAccessedByLayers("engine", "node", "cli")
        .whereLayer("hardware")
        .mayOnlyBeAccessedByLayers("node", "cli")
        .whereLayer("av")
        .mayOnlyBeAccessedByLayers("engine", "hardware")
        .check(CLASSES);
  }

  @Test
  void theLab_isForRehearsalsAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.penstock.lab..")
        .and()
        .haveSimpleNameNotStartingWith("Lab")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.penstock.lab..")
        .check(CLASSES);
  }

  @Test
  void javaCpp_staysInsideAv() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.penstock.av..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..")
        .check(CLASSES);
    ArchRuleDefinition.members()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.penstock.av..")
        .and()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should(notExpose("org.bytedeco."))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void planner_isPure() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.penstock.planner..", "dev.penstock.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.net..", "java.nio.channels..", "java.lang.foreign..")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(CLASSES);
  }

  @Test
  void names_sayWhatAThingIs() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(CLASSES);
  }

  private static ArchCondition<JavaMember> notExpose(String packagePrefix) {
    return new ArchCondition<>("not expose " + packagePrefix + "*") {
      @Override
      public void check(JavaMember member, ConditionEvents events) {
        typesOf(member)
            .filter(type -> type.getBaseComponentType().getName().startsWith(packagePrefix))
            .forEach(type ->
                events.add(
                    SimpleConditionEvent.violated(
                        member, member.getFullName() + " exposes " + type.getName())));
      }
    };
  }

  private static Stream<JavaClass> typesOf(JavaMember member) {
    if (member.getModifiers().contains(JavaModifier.SYNTHETIC)) {
      return Stream.of();
    }
    return switch (member) {
      case JavaCodeUnit unit ->
          Stream.concat(
              Stream.of(unit.getRawReturnType()),
              unit.getParameters().stream().map(JavaParameter::getRawType));
      case JavaField field -> Stream.of(field.getRawType());
      default -> Stream.of();
    };
  }
}

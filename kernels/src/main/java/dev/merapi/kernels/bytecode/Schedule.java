package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.bytecode.Piece.One;
import dev.merapi.kernels.bytecode.Piece.Rolled;
import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Block;
import dev.merapi.kernels.ir.Instruction;
import dev.merapi.kernels.ir.Instruction.Call;
import dev.merapi.kernels.ir.Instruction.If;
import dev.merapi.kernels.ir.Instruction.Load;
import dev.merapi.kernels.ir.Instruction.LoadSplat;
import dev.merapi.kernels.ir.Instruction.LoadWord;
import dev.merapi.kernels.ir.Instruction.Loop;
import dev.merapi.kernels.ir.Instruction.Prefetch;
import dev.merapi.kernels.ir.Instruction.Store;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Pure;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.Compare;
import dev.merapi.kernels.ir.Pure.Concat;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.Convert;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Pure.LaneNumbers;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.MaskBelow;
import dev.merapi.kernels.ir.Pure.MaskLogic;
import dev.merapi.kernels.ir.Pure.Permute;
import dev.merapi.kernels.ir.Pure.Reinterpret;
import dev.merapi.kernels.ir.Pure.Select;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Slice;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.TestMask;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Which instructions of a routine share a loop over lanes.
///
/// Neighbours of one count do, as long as each reads only its own lane of what the loop computes,
/// and as long as it makes no difference to memory whether one instruction does all its lanes
/// before the next: loads together always, a store only with accesses of the same elements or of
/// memory that certainly is other memory. What needs no loop goes before an open one if it does not
/// depend on it.
final class Schedule {
  private final Views views;
  private final int largest;
  private final Map<Block, List<Piece>> pieces = new IdentityHashMap<>();

  /// @param largest instructions in one loop
  Schedule(Routine routine, Views views, int largest) {
    this.views = views;
    this.largest = largest;
    block(routine.body());
  }

  /// The pieces of a block of the routine.
  List<Piece> of(Block block) {
    return Objects.requireNonNull(pieces.get(block));
  }

  /// How many lanes an instruction is repeated for, or 1 if it is done once.
  private static int count(Instruction instruction) {
    return switch (instruction) {
      case Load load -> load.result().count();
      case Store store -> isWord(store.value()) ? 1 : store.value().count();
      case Lanewise _,
          Shift _,
          Compare _,
          Select _,
          Convert _,
          Reinterpret _,
          Slice _,
          Concat _,
          Permute _,
          MaskLogic _ ->
          instruction.results().getFirst().count();
      case Constant _,
          LaneNumbers _,
          IntBinary _,
          IntCompare _,
          AddressOf _,
          MaskBelow _,
          TestMask _,
          Splat _,
          ToInteger _,
          LoadWord _,
          LoadSplat _,
          Prefetch _,
          Loop _,
          If _,
          Call _ ->
          1;
    };
  }

  static boolean isWord(Value value) {
    return value.type() instanceof Word;
  }

  private void block(Block block) {
    List<Piece> found = new ArrayList<>();
    Open open = new Open();
    for (Instruction instruction : block.instructions()) {
      if (instruction instanceof Constant || instruction instanceof LaneNumbers) {
        continue; // written where it is used
      }
      if (instruction instanceof Pure pure && views.contains(pure.result())) {
        continue; // read through
      }
      int count = count(instruction);
      if (count > 1 && !(instruction instanceof MaskLogic && !open.defines(instruction))) {
        if (!open.takes(instruction, count)) {
          open.close(found);
        }
        open.add(instruction, count);
      } else {
        if (!open.mayFollow(instruction)) {
          open.close(found);
        }
        found.add(new One(instruction));
        instruction.blocks().forEach(this::block);
      }
    }
    open.close(found);
    pieces.put(block, found);
  }

  /// The loop that is being filled.
  private final class Open {
    private int count;
    private List<Instruction> instructions = new ArrayList<>();
    private final Set<Value> defined = new HashSet<>();
    private boolean hasStores;

    /// Whether an instruction depends on it.
    boolean defines(Instruction user) {
      return views.operands(user).anyMatch(defined::contains);
    }

    boolean takes(Instruction instruction, int lanes) {
      return !instructions.isEmpty()
          && lanes == count
          && instructions.size() < largest
          && !(Views.crossesLanes(instruction) && defines(instruction))
          && (!isAccess(instruction)
              || instructions.stream().allMatch(each -> mayShare(each, instruction, count)));
    }

    void add(Instruction instruction, int lanes) {
      count = lanes;
      instructions.add(instruction);
      defined.addAll(instruction.results());
      hasStores |= instruction instanceof Store;
    }

    /// Whether the loop may come after an instruction that follows it.
    boolean mayFollow(Instruction instruction) {
      return instructions.isEmpty()
          || !defines(instruction)
              && switch (instruction) {
                case Loop _, If _, Call _, Store _ -> false;
                case Load _, LoadWord _, LoadSplat _ -> !hasStores;
                default -> true;
              };
    }

    void close(List<Piece> to) {
      if (!instructions.isEmpty()) {
        to.add(new Rolled(count, instructions));
        instructions = new ArrayList<>();
        defined.clear();
        hasStores = false;
      }
    }
  }

  private static boolean isAccess(Instruction instruction) {
    return instruction instanceof Load || instruction instanceof Store;
  }

  /// Whether two accesses may take turns, lane by lane.
  private static boolean mayShare(Instruction first, Instruction second, int count) {
    if (!isAccess(first) || first instanceof Load && second instanceof Load) {
      return true;
    }
    Address a = address(first);
    Address b = address(second);
    boolean samePlace = a.base() == b.base() && a.index() == b.index() && a.scale() == b.scale();
    long apart = b.offset() - a.offset();
    int bytes = element(first).bytes();
    int otherBytes = element(second).bytes();
    return samePlace
        && (apart == 0 && bytes == otherBytes
            || apart >= (long) count * bytes
            || -apart >= (long) count * otherBytes);
  }

  private static Address address(Instruction access) {
    return access instanceof Store store ? store.address() : ((Load) access).address();
  }

  private static MemoryType element(Instruction access) {
    return access instanceof Store store ? store.element() : ((Load) access).element();
  }
}

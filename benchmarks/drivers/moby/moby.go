// moby/ipvs, as Docker's own load balancer uses it: one handle, one call for each rule.
// usage: moby <work> <rounds>
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/moby/ipvs"
)

type step struct {
	op          string
	service     *ipvs.Service
	destination *ipvs.Destination
}

func readStep(line string) step {
	words := strings.Fields(line)
	result := step{op: words[0]}
	if len(words) > 2 {
		result.service = &ipvs.Service{
			Address:       net.ParseIP(words[1]),
			Protocol:      syscall.IPPROTO_TCP,
			Port:          number(words[2]),
			SchedName:     "rr",
			AddressFamily: syscall.AF_INET,
			Netmask:       0xffffffff,
		}
	}
	if len(words) > 4 {
		result.destination = &ipvs.Destination{
			Address:       net.ParseIP(words[3]),
			Port:          number(words[4]),
			AddressFamily: syscall.AF_INET,
		}
	}
	if len(words) > 5 {
		result.destination.Weight = int(number(words[5]))
	}
	return result
}

func number(text string) uint16 {
	value, err := strconv.ParseUint(text, 10, 16)
	check(err)
	return uint16(value)
}

func perform(handle *ipvs.Handle, steps []step) {
	for _, each := range steps {
		switch each.op {
		case "addService":
			check(handle.NewService(each.service))
		case "deleteService":
			check(handle.DelService(each.service))
		case "addDestination":
			check(handle.NewDestination(each.service, each.destination))
		case "setDestination":
			check(handle.UpdateDestination(each.service, each.destination))
		case "deleteDestination":
			check(handle.DelDestination(each.service, each.destination))
		case "destinations":
			_, err := handle.GetDestinations(each.service)
			check(err)
		case "table":
			services, err := handle.GetServices()
			check(err)
			for _, service := range services {
				_, err := handle.GetDestinations(service)
				check(err)
			}
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Does what the program's words ask for: the work of that file, so many rounds, with a rest of so many milliseconds
// before each. Prints how long each took.
func main() {
	file, err := os.Open(os.Args[1])
	check(err)
	rounds := int(number(os.Args[2]))
	rest, err := time.ParseDuration(os.Args[3] + "ms")
	check(err)
	var before, steps []step
	working := false
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		switch line := scanner.Text(); {
		case line == "work" || line == "alone":
			working = true
		case working:
			steps = append(steps, readStep(line))
		default:
			before = append(before, readStep(line))
		}
	}
	handle, err := ipvs.New("")
	check(err)
	counts := make([]string, 0, rounds)
	for round := 0; round < rounds; round++ {
		check(handle.Flush())
		perform(handle, before)
		time.Sleep(rest)
		start := time.Now()
		perform(handle, steps)
		counts = append(counts, strconv.FormatInt(time.Since(start).Nanoseconds(), 10))
	}
	fmt.Printf("[%s]\n", strings.Join(counts, ","))
}
